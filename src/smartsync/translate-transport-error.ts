import { TimeoutError } from "got";
import type { SmartSyncFailure } from "../core/failure.ts";

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "the name service does not answer",
  EHOSTUNREACH: "no route to the host",
  EHOSTDOWN: "the host is down",
  ENETUNREACH: "the network is unreachable",
  ENETDOWN: "the network is down",
  ECONNRESET: "connection reset",
  ECONNABORTED: "connection aborted",
  EPIPE: "connection closed",
  EPROTO: "the TLS handshake failed",
};

const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in its chain",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  CERT_REVOKED: "it was revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another host name",
  HOSTNAME_MISMATCH: "it is for another host name",
};

const OTHER_CERTIFICATE = /^(CERT_|UNABLE_TO_|ERR_TLS_CERT|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|CRL_|ERROR_IN_CERT)/;

const PHASES: Readonly<Record<string, string>> = {
  lookup: "looking up the host name",
  connect: "connecting",
  secureConnect: "the TLS handshake",
  socket: "silence on the connection",
  send: "sending the request",
  response: "waiting for the answer",
  request: "the whole call",
};

/** Puts an error of the HTTP client or below into our words. Nothing of it is repeated but its code: it carries the whole request. */
export function translateTransportError(error: unknown, target: string): SmartSyncFailure {
  if (error instanceof TimeoutError) return { reason: "timed-out", target, detail: `${PHASES[error.event] ?? "the call"} took too long` };
  if (error instanceof Error && error.name === "AbortError") return interruptedCall(target);
  const code = errorCode(error);
  if (code === "ETIMEDOUT") return { reason: "timed-out", target, detail: "connecting took too long" };
  const certificate = CERTIFICATE[code] ?? (OTHER_CERTIFICATE.test(code) ? code : null);
  if (certificate) return { reason: "tls-rejected", target, detail: certificate };
  if (code.startsWith("HPE_")) return { reason: "unexpected-answer", target, detail: "what came is not HTTP" };
  if (code.startsWith("ERR_SSL_")) return { reason: "unreachable", target, detail: "the TLS handshake failed" };
  return { reason: "unreachable", target, detail: describeCode(code) };
}

/** A caller's signal ended the call: as with a time-out, nobody knows what the server made of it. */
export function interruptedCall(target: string): SmartSyncFailure {
  return { reason: "timed-out", target, detail: "interrupted" };
}

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function describeCode(code: string): string {
  return UNREACHABLE[code] ?? (code === "" ? "the connection broke" : `the connection broke: ${code}`);
}
