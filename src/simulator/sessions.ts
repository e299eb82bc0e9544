import { randomBytes } from "node:crypto";
import type { SimulatedUser } from "./simulator-options.ts";

export interface Sessions {
  /** All session ids that were issued, including those that have expired. */
  readonly issued: readonly string[];
  /** Creates a session and returns its id, which has a route suffix like the vendor's ids. */
  open(user: SimulatedUser): string;
  /** Returns the session's user. `null` if it was idle for too long, or was used for `requestLimit` requests. */
  use(sessionId: string, requestLimit: number | null): SimulatedUser | null;
}

interface Session {
  readonly user: SimulatedUser;
  usedAt: number;
  requests: number;
}

export function createSessions(now: () => number, idleMs: number): Sessions {
  const sessions = new Map<string, Session>();
  const issued: string[] = [];
  return {
    issued,
    open: (user) => {
      const sessionId = `${randomBytes(18).toString("base64url")}.web01`;
      issued.push(sessionId);
      sessions.set(sessionId, { user, usedAt: now(), requests: 0 });
      return sessionId;
    },
    use: (sessionId, requestLimit) => {
      const session = sessions.get(sessionId);
      if (!session) return null;
      const isOver = now() - session.usedAt > idleMs || (requestLimit !== null && session.requests >= requestLimit);
      if (isOver) {
        sessions.delete(sessionId);
        return null;
      }
      session.usedAt = now();
      session.requests += 1;
      return session.user;
    },
  };
}
