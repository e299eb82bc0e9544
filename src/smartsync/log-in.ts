import type { Clock } from "../core/clock.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import { err, ok, type Result } from "../core/result.ts";
import { SERVICES } from "./endpoint.ts";
import { isRecord, membersOf, parseJson } from "./json-members.ts";
import { parseErrorBody } from "./parse-error-body.ts";
import type { Answer } from "./read-answer.ts";
import type { AskSmall } from "./ask-small.ts";
import { createSessionCookies, isSessionId, type SessionCookies } from "./session-cookies.ts";
import { translateAnswer } from "./translate-answer.ts";

/** Opens once it is asked to, and not before: the words are not kept. */
export interface Credentials {
  reveal(): { readonly userName: string; readonly password: string };
}

export interface LogInDeps {
  readonly ask: AskSmall;
  readonly target: string;
  readonly clock: Clock;
  readonly customerId: number;
  readonly locale: string;
  readonly credentials: Credentials;
}

/** One login, with a jar of its own: no earlier session is shown to the server. */
export async function logIn(deps: LogInDeps): Promise<Result<SessionCookies, SmartSyncFailure>> {
  const { customerId, locale, target } = deps;
  const { userName, password } = deps.credentials.reveal();
  const cookies = createSessionCookies(target);
  const asked = await deps.ask({
    method: "POST",
    path: `${SERVICES}/users/v1/login`,
    headers: { "content-type": "application/json", accept: "application/json, */*" },
    body: { customerId, userName, password, locale },
    cookies,
  });
  if (!asked.ok) return err(asked.error.failure);
  const answer = asked.value;
  if (answer.status !== 200) return err(explainRefusal(answer, deps));
  const id = readSessionId(answer.text) ?? cookies.received();
  if (id === null) return err({ reason: "unexpected-answer", target, detail: "the login was answered without a session" });
  await cookies.begin(id);
  return ok(cookies);
}

function explainRefusal(answer: Answer, deps: LogInDeps): SmartSyncFailure {
  const { status } = answer;
  // 403 is not documented here; a locked account is what it says elsewhere, and asking again soon would not help.
  if (status !== 400 && status !== 401 && status !== 403) return translateAnswer(answer, deps);
  const { message, details } = parseErrorBody(answer.text ?? "");
  const said = [message ?? `HTTP ${status}`, ...details].join("; ");
  return { reason: "login-rejected", target: deps.target, detail: said };
}

function readSessionId(text: string | null): string | null {
  const body = parseJson(text ?? "");
  const id = isRecord(body) ? membersOf(body).get("jsessionid") : undefined;
  return isSessionId(id) ? id : null;
}
