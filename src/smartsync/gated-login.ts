import type { SmartSyncFailure } from "../core/base/failure.ts";
import type { LoginGate } from "../core/base/login-gate.ts";
import { err, type Result } from "../core/base/result.ts";

interface GatedLogin<T> {
  readonly connection: string;
  readonly gate: LoginGate | undefined;
  readonly logIn: () => Promise<Result<T, SmartSyncFailure>>;
}

/**
 * Logs in if the gate allows it, and reports the outcome to the gate. Only a rejection by WFM counts as one: an unreachable server says
 * nothing about the password.
 */
export async function logInThroughGate<T>({ connection, gate, logIn }: GatedLogin<T>): Promise<Result<T, SmartSyncFailure>> {
  if (gate && !(await gate.mayLogIn())) return err({ reason: "connection-stopped", connection });
  const login = await logIn();
  if (login.ok) await gate?.report("accepted");
  else if (login.error.reason === "login-rejected") await gate?.report("refused");
  return login;
}
