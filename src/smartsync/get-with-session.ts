import type { SmartSyncFailure } from "../core/base/failure.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { SendRequest } from "./send-request.ts";
import { sendWithSession } from "./send-with-session.ts";
import { parseJson } from "./json-members.ts";
import { checkSession, type ResponseHead, type SessionCheck } from "./check-session.ts";
import type { TextResponse } from "./read-text-response.ts";
import type { SessionManager } from "./session-manager.ts";

/** Sends a GET with the session. A GET has no side effects, so any sign of an expired session leads to a login and a second request. */
export type GetWithSession = (path: string, signal?: AbortSignal) => Promise<Result<TextResponse, SmartSyncFailure>>;

export interface GetWithSessionDeps {
  readonly send: SendRequest;
  readonly sessions: SessionManager;
  readonly target: string;
}

export function createGetWithSession({ send, sessions, target }: GetWithSessionDeps): GetWithSession {
  return async (path, signal) => {
    const headers = { "content-type": "application/json", accept: "application/json, */*" };
    const response = await sendWithSession(sessions, target, {
      send: (cookies) => send({ method: "GET", path, headers, cookies, signal }),
      check: checkReadSession,
      signal,
    });
    return response.ok ? response : err(response.error.failure);
  };
}

export function checkReadSession(response: ResponseHead): SessionCheck {
  return checkSession(response) === "valid" ? "valid" : "rejected";
}

/** The JSON document in the body of a successful response. */
export function parseDocument(response: TextResponse, target: string): Result<unknown, SmartSyncFailure> {
  const value = response.text === null ? undefined : parseJson(response.text);
  if (value !== undefined) return ok(value);
  const detail = response.text === null ? "the response is too large, or its gzip data is damaged" : "the response is not JSON";
  return err({ reason: "unexpected-answer", target, detail });
}
