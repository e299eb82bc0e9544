import { type Command, Option } from "commander";
import type { BusinessDate } from "../core/base/business-date.ts";
import { type Role, WORKER_ROLES, type WorkerRole } from "../core/base/role.ts";
import { businessDate, queueNames, share, wholeNumber } from "./arguments.ts";
import type { CommandContext } from "./command-context.ts";
import type { CoverageOptions } from "./commands/coverage.ts";
import type { RunOptions } from "./commands/run.ts";
import type { RunsOptions } from "./commands/runs.ts";
import type { SimulateOptions } from "./commands/simulate.ts";
import { TOPIC_NAMES, printHelp } from "./help.ts";
import type { Output } from "./output.ts";

type Open = () => CommandContext;

interface Json {
  readonly json?: boolean;
}

/** Declares every command, with its arguments and help. What it does is in `commands/`, and is loaded when the command is called. */
export function declareCommands(program: Command, output: Output, open: Open): void {
  program.commandsGroup("Try it out:");
  declareTrials(program, open);
  program.commandsGroup("Configure:");
  declareConfiguration(program, open);
  program.commandsGroup("Run exports:");
  declareRuns(program, open);
  program.commandsGroup("See what happened:");
  declareReports(program, open);
  program.commandsGroup("Run as a service:");
  declareServices(program, open);
  program.commandsGroup("Help:");
  declare(program, "help", "print help on a command or a topic", ["help run", "help environment"])
    .argument("[topic]", `a command, ${TOPIC_NAMES.join(" or ")}`)
    .action((topic: string | undefined) => printHelp(program, output, topic));
}

/** Every command has examples. They are written without the name of the program. */
function declare(program: Command, name: string, description: string, examples: readonly [string, ...string[]]): Command {
  const lines = examples.map((example) => `  nightferry ${example}`);
  return program
    .command(name)
    .description(description)
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", ["", "Examples:", ...lines].join("\n"));
}

const jsonOption = () => new Option("--json", "print one JSON document and nothing else");
const RUN_ID = "4be0643f-1d98-4bd3-97cd-ca98a65347dd";

function declareTrials(program: Command, open: Open): void {
  declare(program, "demo", "simulate WFM, and archive and verify one night of all 19 exports; needs no configuration", ["demo"]).action(
    async () => await (await import("./commands/demo.ts")).demo(open()),
  );
  declare(program, "simulate", "serve a simulated SmartSync until SIGTERM or Ctrl-C", [
    "simulate",
    "simulate --port 0 --fault submit-lost:x1 latency=200",
  ])
    .addOption(new Option("--port <number>", "the port to listen on; 0 chooses a free one").argParser(wholeNumber(0, 65_535)).default(8484))
    .option("--fault <faults...>", "faults to inject; --faults lists them")
    .option("--faults", "list the faults and exit")
    .addOption(
      new Option("--speed <factor>", "how many times faster its clock runs").argParser(wholeNumber(1, 100_000)).default(1, "1, real time"),
    )
    .action(async (options: SimulateOptions) => await (await import("./commands/simulate.ts")).simulate(open(), options));
}

function declareConfiguration(program: Command, open: Open): void {
  declare(program, "check", "check the configuration file", ["check", "check --connect"])
    .option("--connect", "also log in to WFM, list entities, and write and delete a probe object at every destination")
    .action(async (options: { connect?: boolean }) => await (await import("./commands/check.ts")).check(open(), options.connect ?? false));
  declare(program, "plan", "show which requests would be submitted, and when; submits nothing", ["plan", "plan schedules --json"])
    .argument("[export]", "only this export")
    .addOption(jsonOption())
    .action(
      async (name: string | undefined, options: Json) => await (await import("./commands/plan.ts")).plan(open(), name ?? null, options),
    );
  declare(program, "entities", "list the entities that a connection's login may view", ["entities acme", "entities acme --json"])
    .argument("<connection>", "a connection of the configuration")
    .addOption(jsonOption())
    .action(async (name: string, options: Json) => await (await import("./commands/entities.ts")).entities(open(), name, options));
  declare(program, "exporters", "list what WFM can export, or the parameters of one exporter", [
    "exporters",
    "exporters agent-schedule-detail --json",
  ])
    .argument("[exporter]", "the slug of an exporter")
    .addOption(jsonOption())
    .action(
      async (slug: string | undefined, options: Json) =>
        await (await import("./commands/exporters.ts")).exporters(open(), slug ?? null, options),
    );
}

function declareRuns(program: Command, open: Open): void {
  declare(program, "run", "run an export now, and wait until it is archived", [
    "run schedules",
    "run schedules --from 2026-11-16 --to 2026-11-22",
    "run schedules --detach",
  ])
    .argument("<export>", "an export of the configuration")
    .option("--from <date>", "the first business date (default: the export's window)", businessDate)
    .option("--to <date>", "the last business date", businessDate)
    .option("--detach", "print the id of the run and return at once; running workers do the work")
    .action(async (name: string, options: RunOptions) => await (await import("./commands/run.ts")).run(open(), name, options));
  declare(program, "backfill", "run an export for every business date of a range that is not archived yet", [
    "backfill schedules --from 2026-10-01 --to 2026-10-31",
  ])
    .argument("<export>", "an export of the configuration")
    .requiredOption("--from <date>", "the first business date", businessDate)
    .requiredOption("--to <date>", "the last business date", businessDate)
    .action(
      async (name: string, range: { from: BusinessDate; to: BusinessDate }) =>
        await (await import("./commands/backfill.ts")).backfill(open(), name, range),
    );
  for (const [verb, description] of [
    ["retry", "resume a run: submit again what failed, and try now what waits for its next attempt"],
    ["rerun", "start over: run the export again for the same business dates"],
    ["cancel", "cancel a run: submit no more of its jobs, and fetch no more of its results"],
  ] as const) {
    declare(program, verb, description, [`${verb} ${RUN_ID}`])
      .argument("<run>", "the id of a run, as nightferry runs prints it")
      .action(async (id: string) => await (await import("./commands/change-run.ts")).changeRun(open(), verb, id));
  }
}

function declareReports(program: Command, open: Open): void {
  declare(program, "runs", "list runs, the newest first", ["runs", "runs --export schedules --limit 10 --json"])
    .option("--export <name>", "only runs of this export")
    .option("--limit <number>", "how many runs to list", wholeNumber(1, 100_000), 50)
    .addOption(jsonOption())
    .action(async (options: RunsOptions) => await (await import("./commands/runs.ts")).runs(open(), options));
  declare(program, "show", "show one run: its jobs, its artifacts, and what went wrong", [`show ${RUN_ID}`, `show ${RUN_ID} --json`])
    .argument("<run>", "the id of a run, as nightferry runs prints it")
    .addOption(jsonOption())
    .action(async (id: string, options: Json) => await (await import("./commands/show.ts")).show(open(), id, options));
  declare(program, "coverage", "show for every business date of an export whether its data is archived", [
    "coverage schedules",
    "coverage schedules --from 2026-10-01 --to 2026-10-31 --json",
  ])
    .argument("<export>", "an export of the configuration")
    .option("--from <date>", "the first business date (default: 30 days before the last)", businessDate)
    .option("--to <date>", "the last business date (default: yesterday)", businessDate)
    .addOption(jsonOption())
    .action(
      async (name: string, options: CoverageOptions) => await (await import("./commands/coverage.ts")).coverage(open(), name, options),
    );
  declare(program, "verify", "read stored objects back, and compare them with their manifests", ["verify", "verify schedules --sample 10%"])
    .argument("[export]", "only this export")
    .addOption(new Option("--sample <share>", "a random share of the partitions, such as 10%").argParser(share).default(1, "100%"))
    .action(
      async (name: string | undefined, { sample }: { sample: number }) =>
        await (await import("./commands/verify.ts")).verify(open(), name ?? null, sample),
    );
}

function declareServices(program: Command, open: Open): void {
  const serve = async (roles?: readonly Role[]) => await (await import("./commands/up.ts")).serve(open(), roles);
  declare(program, "up", "run the scheduler, the workers and HTTP in one process", ["up"]).action(async () => await serve());
  declare(program, "scheduler", "run the scheduler only", ["scheduler"]).action(async () => await serve(["schedule"]));
  declare(program, "worker", "run workers only", ["worker", "worker --queues archive"])
    .addOption(
      new Option("--queues <names>", "the queues to work on, separated by commas")
        .argParser(queueNames)
        .default([...WORKER_ROLES], WORKER_ROLES.join(",")),
    )
    .action(async ({ queues }: { queues: WorkerRole[] }) => await serve(queues));
  declare(program, "http", "serve HTTP only", ["http"]).action(async () => await serve(["http"]));
  declare(program, "migrate", "bring the tables up to date; every command that opens them does so, too", ["migrate"]).action(
    async () => await (await import("./commands/migrate.ts")).migrate(open()),
  );
}
