import { Command, Option } from "commander";
import type { BusinessDate } from "../core/business-date.ts";
import { QUEUE_ROLES, type QueueRole, type Role } from "../core/role.ts";
import { businessDate, queueNames, share, wholeNumber } from "./arguments.ts";
import type { RunOptions } from "./commands/run.ts";
import type { SimulateOptions } from "./commands/simulate.ts";
import type { Output } from "./output.ts";
import { type Session, TOOL_VERSION, readEnvironment } from "./session.ts";

/** The commands, their arguments and their help. What a command does is in `commands/`, loaded when it is called. */
export function createProgram(output: Output, interrupted: AbortSignal): Command {
  const program = new Command("nightferry")
    .description("Ferries NICE WFM SmartSync exports into object storage, whole and proven, before WFM deletes them.")
    .version(TOOL_VERSION)
    .option("--config <file>", "the configuration file (default: NIGHTFERRY_CONFIG or ./nightferry.yaml)")
    .configureOutput({ writeOut: (text) => output.line(text.trimEnd()), writeErr: (text) => output.note(text.trimEnd()) })
    .showHelpAfterError("(nightferry --help lists the commands)")
    .exitOverride();
  const open = (): Session => ({
    env: readEnvironment(),
    output,
    interrupted,
    configFile: program.opts<{ config?: string }>().config ?? null,
  });
  addConfiguring(program, open);
  addCatalog(program, open);
  addRunning(program, open);
  addLooking(program, open);
  addVerifying(program, open);
  addServing(program, open);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

type Open = () => Session;

const jsonOption = () => new Option("--json", "print one JSON document and nothing else");

function addConfiguring(program: Command, open: Open): void {
  program
    .command("demo")
    .description("the main job with nothing installed: a simulated WFM, one night of all 19 exports, archived and proven")
    .action(async () => await (await import("./commands/demo.ts")).demo(open()));
  program
    .command("check")
    .description("check the configuration file, and with --connect what it points to")
    .option("--connect", "also log in, list entities, and write and delete a probe object")
    .action(async (options: { connect?: boolean }) => await (await import("./commands/check.ts")).check(open(), options.connect ?? false));
  program
    .command("plan")
    .description("show what would be submitted and when; submits nothing")
    .argument("[export]")
    .addOption(jsonOption())
    .action(
      async (name: string | undefined, options: { json?: boolean }) =>
        await (await import("./commands/plan.ts")).plan(open(), name ?? null, options),
    );
  program
    .command("migrate")
    .description("bring the database up to date")
    .action(async () => await (await import("./commands/migrate.ts")).migrate(open()));
  program
    .command("entities")
    .description("list what a connection's login may export")
    .argument("<connection>")
    .addOption(jsonOption())
    .action(
      async (name: string, options: { json?: boolean }) => await (await import("./commands/entities.ts")).entities(open(), name, options),
    );
}

function addCatalog(program: Command, open: Open): void {
  program
    .command("exporters")
    .description("what WFM can export: the catalog, and what the configuration adds to it; one with all its parameters")
    .argument("[exporter]", "the slug of one")
    .addOption(jsonOption())
    .action(
      async (slug: string | undefined, options: { json?: boolean }) =>
        await (await import("./commands/exporters.ts")).exporters(open(), slug ?? null, options),
    );
}

function addRunning(program: Command, open: Open): void {
  program
    .command("run")
    .description("run an export now and wait until it is archived")
    .argument("<export>")
    .option("--from <date>", "first business date (default: the export's window)", businessDate)
    .option("--to <date>", "last business date", businessDate)
    .option("--detach", "leave it to the running workers and return at once")
    .action(async (name: string, options: RunOptions) => await (await import("./commands/run.ts")).run(open(), name, options));
  program
    .command("backfill")
    .description("run an export for every business date of a range that is not archived yet")
    .argument("<export>")
    .requiredOption("--from <date>", "first business date", businessDate)
    .requiredOption("--to <date>", "last business date", businessDate)
    .action(
      async (name: string, range: { from: BusinessDate; to: BusinessDate }) =>
        await (await import("./commands/backfill.ts")).backfill(open(), name, range),
    );
  for (const [verb, description] of [
    ["retry", "resume a run: what failed is submitted again, what waits is tried now"],
    ["rerun", "start a run's export and interval over"],
    ["cancel", "stop caring about a run"],
  ] as const) {
    program
      .command(verb)
      .description(description)
      .argument("<run>", "a run id, as runs prints it")
      .action(async (id: string) => await (await import("./commands/change-run.ts")).changeRun(open(), verb, id));
  }
}

function addLooking(program: Command, open: Open): void {
  program
    .command("runs")
    .description("what happened, newest first")
    .option("--export <name>", "only runs of this export")
    .option("--limit <number>", "how many", wholeNumber(1, 100_000), 50)
    .addOption(jsonOption())
    .action(
      async (options: { export?: string; limit: number; json?: boolean }) =>
        await (await import("./commands/runs.ts")).runs(open(), options),
    );
  program
    .command("show")
    .description("one run: its jobs, its artifacts, and what went wrong")
    .argument("<run>", "a run id, as runs prints it")
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: boolean }) => await (await import("./commands/show.ts")).show(open(), id, options));
  program
    .command("coverage")
    .description("for every business date of an export: archived, partial, pending, missing or lost")
    .argument("<export>")
    .option("--from <date>", "first business date (default: 30 days before the last)", businessDate)
    .option("--to <date>", "last business date (default: yesterday)", businessDate)
    .addOption(jsonOption())
    .action(
      async (name: string, options: { from?: BusinessDate; to?: BusinessDate; json?: boolean }) =>
        await (await import("./commands/coverage.ts")).coverage(open(), name, options),
    );
}

function addVerifying(program: Command, open: Open): void {
  program
    .command("verify")
    .description("read stored objects back and compare them with their manifests")
    .argument("[export]")
    .option("--sample <share>", "only a random share of the partitions, such as 10%", share, 1)
    .action(
      async (name: string | undefined, { sample }: { sample: number }) =>
        await (await import("./commands/verify.ts")).verify(open(), name ?? null, sample),
    );
}

function addServing(program: Command, open: Open): void {
  const serve = async (roles?: readonly Role[]) => await (await import("./commands/up.ts")).serve(open(), roles);
  program
    .command("up")
    .description("everything in one process: scheduler, workers, HTTP")
    .action(async () => await serve());
  program
    .command("scheduler")
    .description("only the scheduler")
    .action(async () => await serve(["scheduler"]));
  program
    .command("worker")
    .description("only workers")
    .option("--queues <names>", "which: submit,watch,archive,maintain", queueNames, [...QUEUE_ROLES])
    .action(async ({ queues }: { queues: QueueRole[] }) => await serve(queues));
  program
    .command("http")
    .description("only HTTP")
    .action(async () => await serve(["http"]));
  program
    .command("simulate")
    .description("serve a simulated SmartSync, which knows the exporters that the configuration adds, too")
    .option("--port <number>", "0 takes a free one", wholeNumber(0, 65_535), 8484)
    .option("--fault <faults...>", "faults to play; `nightferry simulate --faults` lists them")
    .option("--faults", "list the faults and exit")
    .option("--speed <factor>", "how many times faster its clock runs than ours", wholeNumber(1, 100_000), 1)
    .action(async (options: SimulateOptions) => await (await import("./commands/simulate.ts")).simulate(open(), options));
}
