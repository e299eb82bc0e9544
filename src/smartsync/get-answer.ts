import type { SmartSyncFailure } from "../core/failure.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { AskSmall } from "./ask-small.ts";
import { callWithSession } from "./call-with-session.ts";
import { parseJson } from "./json-members.ts";
import { judgeSession, type AnswerHead, type SessionVerdict } from "./judge-session.ts";
import type { Answer } from "./read-answer.ts";
import type { SessionKeeper } from "./session-keeper.ts";

/** One GET with the session. Reading changes nothing, so any sign of an expired session is worth a login and a replay. */
export type GetAnswer = (path: string, signal?: AbortSignal) => Promise<Result<Answer, SmartSyncFailure>>;

export interface GetAnswerDeps {
  readonly ask: AskSmall;
  readonly sessions: SessionKeeper;
  readonly target: string;
}

export function createGetAnswer({ ask, sessions, target }: GetAnswerDeps): GetAnswer {
  return async (path, signal) => {
    const headers = { "content-type": "application/json", accept: "application/json, */*" };
    const answer = await callWithSession(sessions, target, {
      send: (cookies) => ask({ method: "GET", path, headers, cookies, signal }),
      judge: judgeRead,
      signal,
    });
    return answer.ok ? answer : err(answer.error.failure);
  };
}

export function judgeRead(answer: AnswerHead): SessionVerdict {
  return judgeSession(answer) === "accepted" ? "accepted" : "refused";
}

/** The JSON document of a success. */
export function readDocument(answer: Answer, target: string): Result<unknown, SmartSyncFailure> {
  const value = answer.text === null ? undefined : parseJson(answer.text);
  if (value !== undefined) return ok(value);
  const detail = answer.text === null ? "the answer is too large or damaged" : "the answer is not JSON";
  return err({ reason: "unexpected-answer", target, detail });
}
