import type { SmartSyncFailure } from "../core/failure.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { SessionCookies } from "./session-cookies.ts";
import { interruptedCall } from "./translate-transport-error.ts";

export interface Session {
  /** Counts logins: whoever was refused with an older session than the current one only has to try again. */
  readonly generation: number;
  readonly cookies: SessionCookies;
}

type Login = Result<Session, SmartSyncFailure>;

/** The one session of a connection. However many callers need one, one login is under way. */
export interface SessionKeeper {
  /** The session there is, or the next login's. */
  current(signal?: AbortSignal): Promise<Login>;
  /** A later session than `refused`. */
  replace(refused: Session, signal?: AbortSignal): Promise<Login>;
  /** A login now, whatever session there is. */
  renew(): Promise<Login>;
  /** The next call logs in, unless somebody did already. */
  drop(doubtful: Session): void;
  forget(): void;
  /** Cookie values of the sessions that failures may still speak of. */
  secrets(): Promise<readonly string[]>;
}

const REMEMBERED = 4;

export function createSessionKeeper(target: string, logIn: () => Promise<Result<SessionCookies, SmartSyncFailure>>): SessionKeeper {
  let session: Session | null = null;
  let flight: Promise<Login> | null = null;
  let generation = 0;
  let recent: SessionCookies[] = [];

  function renew(): Promise<Login> {
    if (flight) return flight;
    const own = startLogin().finally(() => {
      if (flight === own) flight = null;
    });
    flight = own;
    return own;
  }

  async function startLogin(): Promise<Login> {
    generation += 1;
    const started = generation;
    session = null;
    const login = await logIn();
    if (!login.ok) return login;
    recent = [login.value, ...recent].slice(0, REMEMBERED);
    const fresh = { generation: started, cookies: login.value };
    // Forgotten meanwhile, it is good for those who waited, and for nobody after them.
    if (started === generation) session = fresh;
    return ok(fresh);
  }

  return {
    current: (signal) => (session ? Promise.resolve(ok(session)) : unlessAborted(renew(), target, signal)),
    replace: (refused, signal) =>
      session && session.generation > refused.generation ? Promise.resolve(ok(session)) : unlessAborted(renew(), target, signal),
    renew,
    drop(doubtful) {
      if (session === doubtful) session = null;
    },
    forget() {
      generation += 1;
      session = null;
      flight = null;
    },
    secrets: async () => (await Promise.all(recent.map((cookies) => cookies.values()))).flat(),
  };
}

/** A caller that gives up does not end the login that others wait for. */
function unlessAborted(login: Promise<Login>, target: string, signal: AbortSignal | undefined): Promise<Login> {
  if (!signal) return login;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(err(interruptedCall(target)));
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    login.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
