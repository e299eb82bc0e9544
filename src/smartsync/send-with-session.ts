import { err, type Result } from "../core/base/result.ts";
import type { ResponseHead, SessionCheck } from "./check-session.ts";
import type { SessionCookies } from "./session-cookies.ts";
import type { SessionManager } from "./session-manager.ts";
import type { RequestFailure } from "./transport.ts";

export interface SessionRequest<T extends ResponseHead> {
  send(cookies: SessionCookies): Promise<Result<T, RequestFailure>>;
  readonly check: (response: ResponseHead) => SessionCheck;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request with the connection's session. If WFM rejects the session, the request is sent once more with a newer session; a second
 * rejection is final. A suspect response is returned without a second request, because the first one may have been carried out, but its
 * session is not used again.
 */
export async function sendWithSession<T extends ResponseHead>(
  sessions: SessionManager,
  target: string,
  request: SessionRequest<T>,
): Promise<Result<T, RequestFailure>> {
  const first = await sessions.current(request.signal);
  if (!first.ok) return err({ failure: first.error, mayHaveReachedServer: false });
  const response = await request.send(first.value.cookies);
  if (!response.ok) return response;
  const check = request.check(response.value);
  if (check === "suspect") sessions.discard(first.value);
  if (check !== "rejected") return response;

  const second = await sessions.replace(first.value, request.signal);
  if (!second.ok) return err({ failure: second.error, mayHaveReachedServer: false });
  const repeated = await request.send(second.value.cookies);
  if (!repeated.ok) return repeated;
  const secondCheck = request.check(repeated.value);
  if (secondCheck === "suspect") sessions.discard(second.value);
  return secondCheck === "rejected" ? err({ failure: { reason: "session-refused", target }, mayHaveReachedServer: false }) : repeated;
}
