import type { Clock } from "../core/base/clock.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import { SERVICES_PATH } from "./base-url.ts";
import { isRecord, membersOf, parseJson } from "./json-members.ts";
import { parseErrorBody } from "./parse-error-body.ts";
import type { TextResponse } from "./read-text-response.ts";
import type { SendRequest } from "./send-request.ts";
import { createSessionCookies, isSessionId, type SessionCookies } from "./session-cookies.ts";
import { translateErrorResponse } from "./translate-error-response.ts";

/** Reads the login's secrets on demand, so that they do not stay in memory between logins. */
export interface Credentials {
  reveal(): { readonly userName: string; readonly password: string };
}

export interface LogInDeps {
  readonly send: SendRequest;
  readonly target: string;
  readonly clock: Clock;
  readonly customerId: number;
  readonly locale: string;
  readonly credentials: Credentials;
}

/** Logs in with an empty cookie jar, so that the server does not see an earlier session. */
export async function logIn(deps: LogInDeps): Promise<Result<SessionCookies, SmartSyncFailure>> {
  const { customerId, locale, target } = deps;
  const { userName, password } = deps.credentials.reveal();
  const cookies = createSessionCookies(target);
  const sent = await deps.send({
    method: "POST",
    path: `${SERVICES_PATH}/users/v1/login`,
    headers: { "content-type": "application/json", accept: "application/json, */*" },
    body: { customerId, userName, password, locale },
    cookies,
  });
  if (!sent.ok) return err(sent.error.failure);
  const response = sent.value;
  if (response.status !== 200) return err(translateRejection(response, deps));
  const id = readSessionId(response.text) ?? cookies.received();
  if (id === null) return err({ reason: "unexpected-answer", target, detail: "the response to the login contains no session id" });
  await cookies.begin(id);
  return ok(cookies);
}

function translateRejection(response: TextResponse, deps: LogInDeps): SmartSyncFailure {
  const { status } = response;
  // The vendor does not document 403 for this endpoint. It may mean a locked account, and then repeated logins would not help.
  if (status !== 400 && status !== 401 && status !== 403) return translateErrorResponse(response, deps);
  const { message, details } = parseErrorBody(response.text ?? "");
  const detail = [message ?? `HTTP ${status}`, ...details].join("; ");
  return { reason: "login-rejected", target: deps.target, detail };
}

function readSessionId(text: string | null): string | null {
  const body = parseJson(text ?? "");
  const id = isRecord(body) ? membersOf(body).get("jsessionid") : undefined;
  return isSessionId(id) ? id : null;
}
