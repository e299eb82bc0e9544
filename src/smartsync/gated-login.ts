import type { SmartSyncFailure } from "../core/failure.ts";
import type { LoginGate } from "../core/login-gate.ts";
import { err, type Result } from "../core/result.ts";

interface GatedLogin<T> {
  readonly connection: string;
  readonly gate: LoginGate | undefined;
  readonly logIn: () => Promise<Result<T, SmartSyncFailure>>;
}

/** A login that the gate lets through, and whose end it hears of. Only WFM's own refusal counts: an outage says nothing about a password. */
export async function logInThroughGate<T>({ connection, gate, logIn }: GatedLogin<T>): Promise<Result<T, SmartSyncFailure>> {
  if (gate && !(await gate.mayLogIn())) return err({ reason: "connection-stopped", connection });
  const login = await logIn();
  if (login.ok) await gate?.report("accepted");
  else if (login.error.reason === "login-rejected") await gate?.report("refused");
  return login;
}
