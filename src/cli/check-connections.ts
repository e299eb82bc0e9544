import { openOutside, systemClock } from "../app.ts";
import type { AppConfig } from "../config/app-config.ts";
import { describeFailure } from "../core/base/describe-failure.ts";
import type { Failure } from "../core/base/failure.ts";
import { MOST_REFUSED_LOGINS } from "../core/base/login-gate.ts";
import type { Entity } from "../core/exports/entity.ts";
import type { Repositories } from "../core/persistence/repositories.ts";
import { describeUnmatched, unmatchedIn } from "../core/plan/plan-jobs.ts";
import { guardLoginByHand } from "../flows/alerts/guard-logins.ts";
import type { CommandContext } from "./command-context.ts";
import { createCommandEmit } from "./command-log.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import { quantity } from "./output.ts";
import { withPersistence } from "./with-app.ts";

type Outside = ReturnType<typeof openOutside>;

/**
 * Logs in to every connection and lists its entities; writes, reads and deletes a probe object at every destination. All failures are
 * reported together. A login that is accepted starts a stopped connection again, so the tables are opened, too.
 */
export async function checkConnections(context: CommandContext, config: AppConfig): Promise<void> {
  const failures = await withPersistence(context, async ({ database: { repositories } }) => {
    const ports = { repositories, emit: createCommandEmit(context), clock: systemClock };
    const outside = openOutside(config, { loginGate: (name) => guardLoginByHand(ports, name) });
    try {
      return [...(await checkLogins(context, config, { outside, repositories })), ...(await checkDestinations(context, config, outside))];
    } finally {
      outside.close();
    }
  });
  if (failures.length > 0) throw new CommandError(failures.join("\n"), EXIT.unavailable);
}

async function checkLogins(
  { output }: CommandContext,
  config: AppConfig,
  { outside, repositories: { connections } }: { readonly outside: Outside; readonly repositories: Pick<Repositories, "connections"> },
): Promise<string[]> {
  const failures: string[] = [];
  for (const name of config.connections.keys()) {
    const wasStopped = (await connections.refusedLogins(name)) >= MOST_REFUSED_LOGINS;
    const client = outside.findSmartSync(name);
    const login = await client?.login();
    if (wasStopped && login?.ok) output.line(`connection ${name}: was stopped after refused logins, and is started again`);
    const entities = login?.ok ? await client?.listEntities(["mu", "ct", "bu", "eg"]) : undefined;
    const failure = firstFailure(login, entities);
    if (failure) failures.push(`connection ${name}: ${describeFailure(failure)}`);
    if (!entities?.ok) continue;
    output.line(`connection ${name}: logged in, may view ${quantity(entities.value.length, "entity", "entities")}`);
    for (const line of describeUnmatchedNames(config, name, entities.value)) output.line(output.style("yellow", line));
  }
  return failures;
}

function describeUnmatchedNames(config: AppConfig, connection: string, entities: readonly Entity[]): string[] {
  return [...config.exports.values()].flatMap((definition) => {
    const unmatched = definition.connection === connection ? unmatchedIn(definition.select, entities) : [];
    return unmatched.length > 0 ? [`export ${definition.name}: ${describeUnmatched(unmatched)}`] : [];
  });
}

async function checkDestinations({ output }: CommandContext, config: AppConfig, outside: Outside): Promise<string[]> {
  const failures: string[] = [];
  for (const name of config.destinations.keys()) {
    const store = outside.findObjectStore(name);
    const failure = firstFailure(await store?.probe());
    if (failure) failures.push(`destination ${name}: ${describeFailure(failure)}`);
    else output.line(`destination ${name}: wrote, read and deleted a probe object at ${store?.target ?? name}`);
  }
  return failures;
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: Failure };

function firstFailure(...answers: readonly (Answer | undefined)[]): Failure | null {
  for (const answer of answers) if (answer && !answer.ok) return answer.error;
  return null;
}
