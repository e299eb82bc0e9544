import type { SmartSyncFailure } from "../core/base/failure.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { SessionCookies } from "./session-cookies.ts";
import { interruptedFailure } from "./translate-transport-error.ts";

export interface Session {
  /** The number of its login. A request that was rejected with an older session than the current one needs no new login. */
  readonly generation: number;
  readonly cookies: SessionCookies;
}

type Login = Result<Session, SmartSyncFailure>;

/** Holds the one session of a connection. At most one login is in flight, and all callers share it. */
export interface SessionManager {
  /** The current session, or that of a new login if there is none. */
  current(signal?: AbortSignal): Promise<Login>;
  /** A newer session than the rejected one. */
  replace(rejected: Session, signal?: AbortSignal): Promise<Login>;
  /** Logs in even if there is a session. */
  renew(): Promise<Login>;
  /** Stops using this session. Does nothing if it is no longer the current one. */
  discard(suspect: Session): void;
  /** Stops using any session. */
  clear(): void;
  /** The cookie values of recent sessions, which failures may still contain. */
  secrets(): Promise<readonly string[]>;
}

const RECENT_SESSIONS = 4;

export function createSessionManager(target: string, logIn: () => Promise<Result<SessionCookies, SmartSyncFailure>>): SessionManager {
  let session: Session | null = null;
  let loginInFlight: Promise<Login> | null = null;
  let generation = 0;
  let recent: SessionCookies[] = [];

  function renew(): Promise<Login> {
    if (loginInFlight) return loginInFlight;
    const login = startLogin().finally(() => {
      if (loginInFlight === login) loginInFlight = null;
    });
    loginInFlight = login;
    return login;
  }

  async function startLogin(): Promise<Login> {
    generation += 1;
    const ownGeneration = generation;
    session = null;
    const login = await logIn();
    if (!login.ok) return login;
    recent = [login.value, ...recent].slice(0, RECENT_SESSIONS);
    const newSession = { generation: ownGeneration, cookies: login.value };
    // If `clear` was called during the login, only the callers that were already waiting get this session.
    if (ownGeneration === generation) session = newSession;
    return ok(newSession);
  }

  return {
    current: (signal) => (session ? Promise.resolve(ok(session)) : unlessAborted(renew(), target, signal)),
    replace: (rejected, signal) =>
      session && session.generation > rejected.generation ? Promise.resolve(ok(session)) : unlessAborted(renew(), target, signal),
    renew,
    discard(suspect) {
      if (session === suspect) session = null;
    },
    clear() {
      generation += 1;
      session = null;
      loginInFlight = null;
    },
    secrets: async () => (await Promise.all(recent.map((cookies) => cookies.values()))).flat(),
  };
}

/** An aborted caller stops waiting. The login continues for the other callers. */
function unlessAborted(login: Promise<Login>, target: string, signal: AbortSignal | undefined): Promise<Login> {
  if (!signal) return login;
  return new Promise((resolve, reject) => {
    const stopWaiting = (): void => resolve(err(interruptedFailure(target)));
    if (signal.aborted) stopWaiting();
    else signal.addEventListener("abort", stopWaiting, { once: true });
    login.then(resolve, reject).finally(() => signal.removeEventListener("abort", stopWaiting));
  });
}
