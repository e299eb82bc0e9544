import type { IncomingHttpHeaders } from "node:http";

/**
 * What a response says about the session that the request was sent with. `rejected`: the server certainly did not carry out the request.
 * `suspect`: the session has probably expired, but the request may have been carried out.
 */
export type SessionCheck = "valid" | "rejected" | "suspect";

export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const LOGIN_PAGE = /log-?in|log-?on|sign-?in|sso|saml|oauth|auth/i;

/** Servers report an expired session with 401, with a redirect to a login page, or with the login page itself instead of data. */
export function checkSession({ status, headers }: ResponseHead): SessionCheck {
  if (status === 401) return "rejected";
  if (REDIRECTS.has(status)) return LOGIN_PAGE.test(headers.location ?? "") ? "rejected" : "suspect";
  return status === 200 && isHtml(headers) ? "suspect" : "valid";
}

export function isHtml(headers: IncomingHttpHeaders): boolean {
  return /html/i.test(headers["content-type"] ?? "");
}
