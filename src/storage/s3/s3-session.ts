import { type PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import { SECOND_MS } from "../../core/base/clock.ts";
import type { ObjectFacts } from "../../core/ports/object-store.ts";
import { type S3Address, createS3Address } from "./s3-place.ts";

export interface S3StoreOptions {
  readonly bucket: string;
  /** Path inside the bucket; may be empty. */
  readonly prefix: string;
  readonly region: string;
  /** For S3-compatible stores. */
  readonly endpoint?: string | undefined;
  readonly forcePathStyle?: boolean | undefined;
  readonly sse?: { readonly algorithm: "AES256" | "aws:kms"; readonly kmsKeyId?: string | undefined } | undefined;
  /** Some S3-compatible stores reject the checksums that S3 verifies: `when-required` leaves them out. */
  readonly checksums?: "when-supported" | "when-required" | undefined;
  /** The SDK's own chain unless given. */
  readonly credentials?: S3Credentials | undefined;
  /** Size of the first 2,000 parts in bytes; S3 itself takes no less than 5 MiB. Default 8 MiB. */
  readonly partBytes?: number | undefined;
  /** Parts of one object that are sent at once. Default 2. */
  readonly partsInFlight?: number | undefined;
  readonly timeouts?: S3Timeouts | undefined;
}

interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Milliseconds, for each of at most five attempts. */
interface S3Timeouts {
  /** Until the connection is open. Default 5 s. */
  readonly connectionMs?: number | undefined;
  /** Without a byte in either direction. Default 60 s. */
  readonly idleMs?: number | undefined;
  /** From the start of the request to the start of the answer, so that one part has to be sent within it. Default 10 min. */
  readonly answerMs?: number | undefined;
}

/** What each operation on the store needs. */
export interface S3Session {
  readonly client: S3Client;
  readonly address: S3Address;
  /** Whether checksums are sent to the store and requested from it. */
  readonly checksums: boolean;
  readonly encryption: Encryption;
}

type Encryption = Pick<PutObjectCommandInput, "ServerSideEncryption" | "SSEKMSKeyId">;

const MAX_ATTEMPTS = 5;

export function openS3Session(options: S3StoreOptions): S3Session {
  const { sse } = options;
  return {
    client: createClient(options),
    address: createS3Address(options.bucket, options.prefix),
    checksums: (options.checksums ?? "when-supported") === "when-supported",
    encryption: sse ? { ServerSideEncryption: sse.algorithm, SSEKMSKeyId: sse.kmsKeyId } : {},
  };
}

function createClient(options: S3StoreOptions): S3Client {
  const { timeouts, endpoint, credentials } = options;
  return new S3Client({
    region: options.region,
    forcePathStyle: options.forcePathStyle ?? false,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: MAX_ATTEMPTS,
    requestChecksumCalculation: options.checksums === "when-required" ? "WHEN_REQUIRED" : "WHEN_SUPPORTED",
    // We compare what we read with SHA-256 ourselves, and then name the difference.
    responseChecksumValidation: "WHEN_REQUIRED",
    // Waiting for "100 Continue" costs the SDK a new connection for every part.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: timeouts?.connectionMs ?? 5 * SECOND_MS,
      socketTimeout: timeouts?.idleMs ?? 60 * SECOND_MS,
      requestTimeout: timeouts?.answerMs ?? 600 * SECOND_MS,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * `Content-Type` is the document's own media type and `Content-Encoding` says that it is gzipped, so that HTTP clients which
 * honor encodings hand out the document. Tools that go by the key's `.gz` read the stored bytes, and are right as well.
 */
export function toHeaders(facts: ObjectFacts): Pick<PutObjectCommandInput, "ContentType" | "ContentEncoding"> {
  return { ContentType: facts.mediaType, ContentEncoding: facts.encoding === "gzip" ? "gzip" : undefined };
}
