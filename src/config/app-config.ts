import type { ConnectionDefinition, ExportDefinition } from "../core/exports/export-definition.ts";
import type { ExporterDefinition } from "../core/exporters/built-in-exporters.ts";
import type { Secret } from "./secret.ts";

/** The configuration file, validated and with its references resolved. */
export interface AppConfig {
  /** The path of the file as the user gave it. */
  readonly file: string;
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly destinations: ReadonlyMap<string, DestinationConfig>;
  /** The exporters that the file adds to the built-in ones. */
  readonly exporters: ReadonlyMap<string, ExporterDefinition>;
  readonly exports: ReadonlyMap<string, ExportDefinition>;
  /** `null`: alerts appear only in the log. */
  readonly alerts: AlertsConfig | null;
}

export interface AlertsConfig {
  readonly webhook: Secret;
}

export interface ConnectionConfig {
  readonly definition: ConnectionDefinition;
  readonly userName: Secret;
  readonly password: Secret;
  /** PEM certificates to trust in addition to the well-known ones. */
  readonly ca: string | null;
}

export type DestinationConfig = S3Destination | FileDestination;

interface S3Destination {
  readonly type: "s3";
  readonly bucket: string;
  /** Without leading and trailing slashes. Empty: results are stored at the root of the bucket. */
  readonly prefix: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly forcePathStyle?: boolean | undefined;
  readonly sse?: { readonly algorithm: "AES256" | "aws:kms"; readonly kmsKeyId?: string | undefined } | undefined;
  readonly checksums?: "when-supported" | "when-required" | undefined;
  /** `undefined`: the adapter chooses the part size of uploads. */
  readonly partSizeMiB?: number | undefined;
}

interface FileDestination {
  readonly type: "file";
  /** Absolute. */
  readonly path: string;
}
