import { openOutside, systemClock } from "../../app.ts";
import type { AppConfig } from "../../config/app-config.ts";
import { describeFailure } from "../../core/describe-failure.ts";
import type { Entity } from "../../core/entity.ts";
import type { Failure } from "../../core/failure.ts";
import { MOST_REFUSED_LOGINS } from "../../core/login-gate.ts";
import { describeUnmatched, unmatchedIn } from "../../core/plan-jobs.ts";
import type { Stores } from "../../core/stores.ts";
import { guardLoginByHand } from "../../flows/guard-logins.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Session, quietEmit, readConfiguration, withTruth } from "../session.ts";

/** Validates the configuration; with `connect` also what it points to: logs in, lists entities, writes and deletes a probe. */
export async function check(session: Session, connect: boolean): Promise<void> {
  const config = await readConfiguration(session);
  const { output } = session;
  output.line(
    `${config.file}: ${quantity(config.connections.size, "connection")}, ${quantity(config.destinations.size, "destination")}, ${quantity(config.exports.size, "export")}; no problems`,
  );
  if (connect) await withTruth(session, ({ database }) => checkOutside(session, config, database.stores));
}

/** The tables are opened for it, because a login that is accepted here sets a stopped connection going again. */
async function checkOutside(session: Session, config: AppConfig, stores: Stores): Promise<void> {
  const { output } = session;
  const ports = { stores, emit: quietEmit(session), clock: systemClock };
  const outside = openOutside(config, { loginGate: (name) => guardLoginByHand(ports, name) });
  const failures: string[] = [];
  const report = (name: string, good: string, failure: Failure | null) => {
    if (failure) failures.push(`${name}: ${describeFailure(failure)}`);
    else output.line(`${name}: ${good}`);
  };
  try {
    for (const name of config.connections.keys()) {
      const wasStopped = (await stores.connections.refusedLogins(name)) >= MOST_REFUSED_LOGINS;
      const login = await outside.findSmartSync(name)?.login();
      const entities = login?.ok ? await outside.findSmartSync(name)?.listEntities(["mu", "ct", "bu", "eg"]) : undefined;
      const failure = firstFailure(login, entities);
      if (wasStopped && login?.ok) output.line(`connection ${name}: it had stopped after refused logins, and goes on now`);
      report(
        `connection ${name}`,
        `logged in, may view ${quantity(entities?.ok ? entities.value.length : 0, "entity", "entities")}`,
        failure,
      );
      if (entities?.ok) noteUnmatched(session, config, { connection: name, entities: entities.value });
    }
    for (const name of config.destinations.keys()) {
      const store = outside.findObjectStore(name);
      const probe = await store?.probe();
      report(`destination ${name}`, `wrote, read and deleted a probe at ${store?.target ?? name}`, firstFailure(probe));
    }
  } finally {
    outside.close();
  }
  if (failures.length > 0) throw new CommandError(failures.join("\n"), EXIT.unavailable);
}

interface Listed {
  readonly connection: string;
  readonly entities: readonly Entity[];
}

function noteUnmatched({ output }: Session, config: AppConfig, { connection, entities }: Listed): void {
  for (const definition of config.exports.values()) {
    const unmatched = definition.connection === connection ? unmatchedIn(definition.select, entities) : [];
    if (unmatched.length > 0) output.line(output.style("yellow", `export ${definition.name}: ${describeUnmatched(unmatched)}`));
  }
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: Failure };

function firstFailure(...answers: readonly (Answer | undefined)[]): Failure | null {
  for (const answer of answers) if (answer && !answer.ok) return answer.error;
  return null;
}

export function quantity(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
