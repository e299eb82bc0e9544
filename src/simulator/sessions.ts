import { randomBytes } from "node:crypto";
import type { SimulatedUser } from "./simulator-options.ts";

export interface Sessions {
  /** Every id that was ever handed out: what must be found nowhere else. */
  readonly issued: readonly string[];
  /** A new session's id: opaque, with the route suffix that the vendor's have. */
  open(user: SimulatedUser): string;
  /** Whose session it is; `null` once it was idle too long, or had as many calls as `callLimit` allows. */
  use(sessionId: string, callLimit: number | null): SimulatedUser | null;
}

interface Session {
  readonly user: SimulatedUser;
  usedAt: number;
  calls: number;
}

export function createSessions(now: () => number, idleMs: number): Sessions {
  const sessions = new Map<string, Session>();
  const issued: string[] = [];
  return {
    issued,
    open: (user) => {
      const sessionId = `${randomBytes(18).toString("base64url")}.web01`;
      issued.push(sessionId);
      sessions.set(sessionId, { user, usedAt: now(), calls: 0 });
      return sessionId;
    },
    use: (sessionId, callLimit) => {
      const session = sessions.get(sessionId);
      if (!session) return null;
      const isOver = now() - session.usedAt > idleMs || (callLimit !== null && session.calls >= callLimit);
      if (isOver) {
        sessions.delete(sessionId);
        return null;
      }
      session.usedAt = now();
      session.calls += 1;
      return session.user;
    },
  };
}
