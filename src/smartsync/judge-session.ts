import type { IncomingHttpHeaders } from "node:http";

/** `refused`: the request was certainly turned away for its session. `doubtful`: it looks like it, but something may have been done. */
export type SessionVerdict = "accepted" | "refused" | "doubtful";

export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const LOGIN_PAGE = /log-?in|log-?on|sign-?in|sso|saml|oauth|auth/i;

/** Servers tell of an expired session in several ways: 401, a redirect to a login page, or that page itself where data is due. */
export function judgeSession({ status, headers }: AnswerHead): SessionVerdict {
  if (status === 401) return "refused";
  if (REDIRECTS.has(status)) return LOGIN_PAGE.test(headers.location ?? "") ? "refused" : "doubtful";
  return status === 200 && isHtml(headers) ? "doubtful" : "accepted";
}

export function isHtml(headers: IncomingHttpHeaders): boolean {
  return /html/i.test(headers["content-type"] ?? "");
}
