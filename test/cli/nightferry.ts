import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";
import { CommandError } from "../../src/cli/exit-codes.ts";
import { type Output, createOutput } from "../../src/cli/output.ts";
import { createProgram } from "../../src/cli/program.ts";
import { createSimulator, type Simulator } from "../../src/simulator/create-simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/simulator-options.ts";
import { openTestDatabase } from "../postgres.ts";

/** What a command has printed, and how it ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** `null`: exit code 0. */
  readonly error: Error | null;
}

type Variables = Readonly<Record<string, string>>;

/** Runs one command in this process. */
export async function nightferry(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const printed = { stdout: "", stderr: "" };
  const error = await createProgram(recordOutput(printed), new AbortController().signal, variables)
    .parseAsync([...args], { from: "user" })
    .then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
    );
  return { ...printed, error: error instanceof CommanderError && error.exitCode === 0 ? null : error };
}

/** The document that a command prints, when it succeeds and prints nothing else. */
export async function printedJson(args: readonly string[], variables: Variables = {}): Promise<unknown> {
  const { stdout, error } = await nightferry([...args, "--json"], variables);
  if (error !== null) throw error;
  return JSON.parse(stdout);
}

function recordOutput(printed: { stdout: string; stderr: string }): Output {
  const stream = (name: "stdout" | "stderr") =>
    ({ isTTY: false, write: (text: string) => Boolean((printed[name] += text)) }) as unknown as NodeJS.WriteStream;
  return createOutput(stream("stdout"), stream("stderr"));
}

/** A configuration, a simulated WFM, a directory for the objects, and an empty database. */
export interface CommandSite {
  readonly directory: string;
  readonly archive: string;
  readonly simulator: Simulator;
  readonly databaseUrl: string;
  readonly variables: Variables;
  /** Runs a command. */
  try(args: readonly string[]): Promise<Ended>;
  /** Runs a command, and throws its error when it fails. */
  run(args: readonly string[]): Promise<Ended>;
  json(args: readonly string[]): Promise<unknown>;
}

export async function openCommandSite({
  exports,
  simulator: options = {},
}: {
  readonly exports: object;
  readonly simulator?: SimulatorOptions;
}): Promise<CommandSite> {
  const directory = await mkdtemp(join(tmpdir(), "nightferry-cli-"));
  const simulator = createSimulator({ runMs: 1, ...options });
  const database = await openTestDatabase({ empty: true });
  onTestFinished(async () => {
    await simulator.close();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });
  const archive = join(directory, "archive");
  const configuration = {
    version: 1,
    connections: { acme: { url: await simulator.listen(), customerId: 1, userName: "demo", password: "${env:WFM_PASSWORD}" } },
    destinations: { lake: { type: "file", path: archive } },
    exports,
  };
  const file = join(directory, "nightferry.yaml");
  await writeFile(file, stringify(configuration));
  const variables = {
    NIGHTFERRY_CONFIG: file,
    NIGHTFERRY_HOME: join(directory, "home"),
    DATABASE_URL: database.url,
    WFM_PASSWORD: "demo",
  };
  return {
    directory,
    archive,
    simulator,
    databaseUrl: database.url,
    variables,
    try: (args) => nightferry(args, variables),
    run: async (args) => {
      const ended = await nightferry(args, variables);
      if (ended.error !== null) throw ended.error;
      return ended;
    },
    json: (args) => printedJson(args, variables),
  };
}

/** The code that an error ends the program with; `null`: it is not an error of the command line. */
export function exitCodeOf(error: Error | null): number | null {
  if (error instanceof CommanderError) return 64;
  return error instanceof CommandError ? error.exitCode : null;
}
