import { TimeoutError } from "got";
import type { SmartSyncFailure } from "../core/base/failure.ts";

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "the name server does not respond",
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
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is unknown",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is unknown",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is unknown",
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
  socket: "waiting on an idle connection",
  send: "sending the request",
  response: "waiting for the response",
  request: "the whole request",
};

/** Translates an error of the HTTP client or the network. Only its code is repeated, because the error contains the whole request. */
export function translateTransportError(error: unknown, target: string): SmartSyncFailure {
  if (error instanceof TimeoutError)
    return { reason: "timed-out", target, detail: `${PHASES[error.event] ?? "the request"} took too long` };
  if (error instanceof Error && error.name === "AbortError") return interruptedFailure(target);
  const code = errorCode(error);
  if (code === "ETIMEDOUT") return { reason: "timed-out", target, detail: "connecting took too long" };
  const certificate = CERTIFICATE[code] ?? (OTHER_CERTIFICATE.test(code) ? code : null);
  if (certificate) return { reason: "tls-rejected", target, detail: certificate };
  if (code.startsWith("HPE_")) return { reason: "unexpected-answer", target, detail: "the server did not send a valid HTTP response" };
  if (code.startsWith("ERR_SSL_")) return { reason: "unreachable", target, detail: "the TLS handshake failed" };
  return { reason: "unreachable", target, detail: describeCode(code) };
}

/** The caller aborted the request. As after a timeout, the server may still have carried it out. */
export function interruptedFailure(target: string): SmartSyncFailure {
  return { reason: "timed-out", target, detail: "interrupted" };
}

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function describeCode(code: string): string {
  return UNREACHABLE[code] ?? (code === "" ? "the connection broke" : `the connection broke: ${code}`);
}
