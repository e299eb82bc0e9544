import { err, type Result } from "../core/result.ts";
import type { AnswerHead, SessionVerdict } from "./judge-session.ts";
import type { SessionCookies } from "./session-cookies.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { CallFailure } from "./transport.ts";

export interface SessionCall<T extends AnswerHead> {
  send(cookies: SessionCookies): Promise<Result<T, CallFailure>>;
  readonly judge: (answer: AnswerHead) => SessionVerdict;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a call with the session. When the session was refused: one newer session, one replay, and then the refusal stands.
 * A doubtful answer is handed back as it is, without a replay; the session is not used again.
 */
export async function callWithSession<T extends AnswerHead>(
  sessions: SessionKeeper,
  target: string,
  call: SessionCall<T>,
): Promise<Result<T, CallFailure>> {
  const first = await sessions.current(call.signal);
  if (!first.ok) return err({ failure: first.error, mayHaveArrived: false });
  const answer = await call.send(first.value.cookies);
  if (!answer.ok) return answer;
  const verdict = call.judge(answer.value);
  if (verdict === "doubtful") sessions.drop(first.value);
  if (verdict !== "refused") return answer;

  const second = await sessions.replace(first.value, call.signal);
  if (!second.ok) return err({ failure: second.error, mayHaveArrived: false });
  const replayed = await call.send(second.value.cookies);
  if (!replayed.ok) return replayed;
  const secondVerdict = call.judge(replayed.value);
  if (secondVerdict === "doubtful") sessions.drop(second.value);
  return secondVerdict === "refused" ? err({ failure: { reason: "session-refused", target }, mayHaveArrived: false }) : replayed;
}
