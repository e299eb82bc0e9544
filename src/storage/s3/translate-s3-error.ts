import type { StorageFailure } from "../../core/base/failure.ts";
import { type Result, err, ok } from "../../core/base/result.ts";
import type { S3Place } from "./s3-place.ts";

/** Runs one call to the store. Everything it throws comes from the store or the network, and becomes a failure here, once. */
export async function attempt<T>(place: S3Place, call: () => Promise<T>): Promise<Result<T, StorageFailure>> {
  try {
    return ok(await call());
  } catch (error) {
    return err(translateS3Error(error, place));
  }
}

/** What the SDK's errors have in common. They are read with care, because anything can be thrown. */
interface S3ErrorFacts {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
}

/** Fixed words, because the servers' own often repeat the key or the signature. */
const DENIALS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: "the access key is not known there",
  SignatureDoesNotMatch: "the signature does not match: the secret key is wrong",
  ExpiredToken: "the session token has expired",
  InvalidToken: "the session token is not valid",
  TokenRefreshRequired: "the session token must be refreshed",
  RequestTimeTooSkewed: "this machine's clock differs too much from the store's",
  RequestExpired: "this machine's clock differs too much from the store's",
  CredentialsProviderError: "no credentials found in the environment, the shared files or the machine's role",
  TokenProviderError: "no valid single sign-on token found",
};

/** Denials whose own words help: they name the missing permission, or the right region. */
const EXPLAINED_DENIALS: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AllAccessDisabled",
  "AccountProblem",
  "AuthorizationHeaderMalformed",
  "PermanentRedirect",
  "KMS.DisabledException",
  "KMS.NotFoundException",
]);

const FULL: ReadonlySet<string> = new Set([
  "XMinioStorageFull",
  "XMinioAdminBucketQuotaExceeded",
  "QuotaExceeded",
  "InsufficientStorage",
  "ServiceQuotaExceeded",
]);

const NETWORK_CODE = /^(E[A-Z]+|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+|(DEPTH_ZERO_)?SELF_SIGNED_[A-Z_]+|ERR_TLS_[A-Z_]+|ERR_SSL_[A-Z_0-9]+)$/;

export function translateS3Error(error: unknown, place: S3Place): StorageFailure {
  const facts = readFacts(error);
  const { name, status } = facts;
  const { target } = place;
  if (name === "NoSuchBucket") return { reason: "bucket-missing", target: place.bucketUri };
  if (name === "NoSuchUpload") return { reason: "upload-vanished", target };
  const denial = DENIALS[name];
  if (denial !== undefined) return { reason: "storage-denied", target, detail: `${name}: ${denial}` };
  if (FULL.has(name) || status === 507) return { reason: "storage-full", target };
  if (EXPLAINED_DENIALS.has(name) || status === 401 || status === 403) return { reason: "storage-denied", target, detail: describe(facts) };
  if (name === "TimeoutError" || (status === null && NETWORK_CODE.test(facts.code)))
    return { reason: "storage-unreachable", target: place.storeUri, detail: describe(facts) };
  return { reason: "storage-error", target, detail: describe(facts) };
}

/** S3 distinguishes these by name only. `NotFound` is the answer to a HEAD, which has no body. */
export function isNoSuchObject(error: unknown): boolean {
  const { name, status } = readFacts(error);
  return name === "NoSuchKey" || (status === 404 && (name === "NotFound" || name === "404" || name.startsWith("Unknown")));
}

export function isNoSuchUpload(error: unknown): boolean {
  return readFacts(error).name === "NoSuchUpload";
}

/** The store works, but does not offer this call, or a policy does not grant it. */
export function isNotOffered(error: unknown): boolean {
  const { status } = readFacts(error);
  return status !== null && (status < 500 || status === 501);
}

const REFUSALS: ReadonlySet<string> = new Set([
  "BadDigest",
  "EntityTooLarge",
  "EntityTooSmall",
  "InvalidArgument",
  "InvalidPart",
  "InvalidPartOrder",
  "InvalidRequest",
  "MalformedXML",
]);

/** The store will never complete this upload. */
export function isRefusedForGood(error: unknown): boolean {
  return REFUSALS.has(readFacts(error).name);
}

export function isBadDigest(error: unknown): boolean {
  return readFacts(error).name === "BadDigest";
}

function readFacts(error: unknown): S3ErrorFacts {
  if (typeof error !== "object" || error === null) return { name: "", code: "", message: String(error), status: null };
  const { name, code, message, $metadata, $response } = error as {
    readonly [key in "name" | "code" | "message" | "$metadata" | "$response"]?: unknown;
  };
  return {
    name: typeof name === "string" ? name : "",
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : "",
    status: readNumber($metadata, "httpStatusCode") ?? readNumber($response, "statusCode"),
  };
}

function readNumber(holder: unknown, key: string): number | null {
  if (typeof holder !== "object" || holder === null) return null;
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  return typeof value === "number" ? value : null;
}

const MAX_DETAIL = 300;

/** Node's errors are named by their code, the store's by their name. An error for several addresses has no message. */
function describe({ name, code, message, status }: S3ErrorFacts): string {
  const what = code !== "" && status === null ? code : name;
  const answered = status === null || what === String(status) ? "" : ` (HTTP ${status})`;
  const words = withoutSecrets(message).replaceAll(/\s+/g, " ").trim();
  const text = words === "" || words === what ? `${what}${answered}` : `${what}${answered}: ${words}`;
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text;
}

/** Some stores repeat the headers of the request in their answers. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/AWS4-HMAC-SHA256.*/gs, "…")
    .replaceAll(/\b(Credential|Signature|X-Amz-[A-Za-z-]+|AWSAccessKeyId)\s*[=:]\s*\S+/gi, "$1=…")
    .replaceAll(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, "…");
}
