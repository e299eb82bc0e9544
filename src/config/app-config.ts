import type { ConnectionDefinition, ExportDefinition } from "../core/export-definition.ts";
import type { ExporterDefinition } from "../core/exporter-catalog.ts";
import type { Secret } from "./secret.ts";

/** The configuration file, checked, with its references resolved. */
export interface AppConfig {
  /** The file's path as it was given. */
  readonly file: string;
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly destinations: ReadonlyMap<string, DestinationConfig>;
  /** Those that the file adds to the catalog. */
  readonly exporters: ReadonlyMap<string, ExporterDefinition>;
  readonly exports: ReadonlyMap<string, ExportDefinition>;
  /** `null`: nobody is told. */
  readonly alerts: AlertsConfig | null;
}

export interface AlertsConfig {
  readonly webhook: Secret;
}

export interface ConnectionConfig {
  readonly definition: ConnectionDefinition;
  readonly userName: Secret;
  readonly password: Secret;
  /** PEM certificates to trust besides the well-known ones. */
  readonly ca: string | null;
}

export type DestinationConfig = S3Destination | FileDestination;

interface S3Destination {
  readonly type: "s3";
  readonly bucket: string;
  /** Without slashes at its ends; empty when results lie at the bucket's root. */
  readonly prefix: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly forcePathStyle?: boolean | undefined;
  readonly sse?: { readonly algorithm: "AES256" | "aws:kms"; readonly kmsKeyId?: string | undefined } | undefined;
  readonly checksums?: "when-supported" | "when-required" | undefined;
  /** The size of an upload's parts; the store's own choice unless set. */
  readonly partSizeMiB?: number | undefined;
}

interface FileDestination {
  readonly type: "file";
  /** Absolute. */
  readonly path: string;
}
