import { readFileSync } from "node:fs";
import type { Option } from "commander";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { createOutput } from "../../src/cli/output.ts";
import { createProgram } from "../../src/cli/program.ts";
import { ENVIRONMENT, readEnv } from "../../src/config/env.ts";
import { WORKER_ROLES } from "../../src/core/base/role.ts";
import { exitCodeOf, nightferry } from "./nightferry.ts";

const program = createProgram(createOutput(process.stdout, process.stderr), new AbortController().signal, {});
const COMMANDS = program.commands.map((command) => command.name());
const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

async function help(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, error } = await nightferry(args);
  expect(error).toBeNull();
  expect(stderr).toBe("");
  return stdout;
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");

describe("the help", () => {
  it("lists every command once, in groups", async () => {
    const text = await help("--help");
    const groups = text.split(/^(?=\S.*:$)/m).flatMap((section) => {
      const [heading = "", ...lines] = section.split("\n");
      const names = lines.flatMap((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? []);
      return names.length > 0 ? [[heading, names]] : [];
    });
    expect(Object.fromEntries(groups)).toEqual({
      "Try it out:": ["demo", "simulate"],
      "Configure:": ["check", "plan", "entities", "exporters"],
      "Run exports:": ["run", "backfill", "retry", "rerun", "cancel"],
      "See what happened:": ["runs", "show", "coverage", "verify"],
      "Run as a service:": ["up", "scheduler", "worker", "http", "migrate"],
      "Help:": ["help"],
    });
  });

  it.each(COMMANDS)("on %s has a description, an example, the exit codes and the environment", async (name) => {
    const command = program.commands.find((one) => one.name() === name);
    expect(command?.description()).toMatch(/^[a-z]/);
    const text = await help("help", name);
    expect(await help(name, "--help")).toBe(text);
    const [, examples = ""] = /^Examples:\n((?: {2}.*\n)+)/m.exec(text) ?? [];
    const lines = examples.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(new RegExp(`^  nightferry ${name}( |$)`));
    expect(text).toContain("Global Options:");
    for (const { code, word } of EXIT_CODES) expect(oneLine(text)).toContain(`${code} ${word}`);
    for (const variable of ENVIRONMENT) expect(text).toContain(variable.name);
  });

  const options = program.commands.flatMap((command) => command.options.map((option) => [command.name(), option.flags, option] as const));

  it.each(options)("on %s describes %s, and shows its default in words or numbers", (_command, _flags, option) => {
    expect(option.description).toMatch(/^[a-z]/);
    expect(["undefined", "string", "number"]).toContain(typeof (option.defaultValueDescription ?? option.defaultValue));
  });

  it.each([
    ["verify", "100%"],
    ["worker", WORKER_ROLES.join(",")],
    ["simulate", "8484"],
    ["simulate", "1, real time"],
    ["runs", "50"],
  ])("on %s shows the default %s as a person would write it", async (name, value) => {
    expect(oneLine(await help("help", name))).toContain(`(default: ${value})`);
  });

  it("on the environment lists every variable that is read, with its default", async () => {
    const text = await help("help", "environment");
    for (const { name, meaning, default: fallback } of ENVIRONMENT) {
      expect(oneLine(text)).toContain(`${name} ${meaning} default: ${fallback}`);
    }
    const read = new Set<string>();
    readEnv(new Proxy({}, { get: (_, name) => void read.add(String(name)) }));
    expect(ENVIRONMENT.map(({ name }) => name).sort()).toEqual([...read].sort());
  });

  it("on exit codes explains every code", async () => {
    const text = await help("help", "exit-codes");
    for (const { code, meaning } of EXIT_CODES) expect(text).toMatch(new RegExp(`^  ${code} +${meaning}$`, "m"));
  });

  it("without a topic is the help on the program", async () => {
    expect(await help("help")).toBe(await help("--help"));
  });

  it("on something else names what there is, with exit code 64", async () => {
    const { error } = await nightferry(["help", "exit-code"]);
    expect(error).toMatchObject({ message: "there is no help on exit-code; did you mean exit-codes?", exitCode: 64 });
  });

  it("on every command fits a terminal of 80 columns", async () => {
    for (const name of COMMANDS) {
      const long = (await help("help", name)).split("\n").filter((line) => line.length > 80);
      expect(long).toEqual([]);
    }
  });
});

describe("the command line", () => {
  it.each([
    [["blah"], /unknown command 'blah'/, /nightferry --help lists the commands/],
    [["run"], /missing required argument 'export'/, /nightferry run --help explains the arguments/],
    [["runs", "--limit", "0"], /from 1 to 100000/, /nightferry runs --help/],
    [
      ["worker", "--queues", "watch"],
      /"watch" is not a queue; the queues are submit, poll, archive, reconcile/,
      /nightferry worker --help/,
    ],
  ])("%j is refused with exit code 64, a sentence and a hint", async (args, words, hint) => {
    const { error, stderr, stdout } = await nightferry(args);
    expect(exitCodeOf(error)).toBe(64);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(hint);
    expect(stdout).toBe("");
  });

  it("prints its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    expect(await help("--version")).toBe(`${version}\n`);
  });
});

describe("README.md", () => {
  const rows = README.split("\n").filter((line) => line.startsWith("|"));
  const commandRows = rows.flatMap((row) => /^\| (`.*?`) \|/.exec(row)?.[1] ?? []).join(", ");

  it.each(COMMANDS.filter((name) => name !== "help"))("has %s in its table of commands, with every option", (name) => {
    expect(commandRows).toMatch(new RegExp(`\`${name}[ \`]`));
    const options = program.commands.find((one) => one.name() === name)?.options ?? [];
    const own = rows.filter((row) => new RegExp(`\`${name}[ \`]`).test(row)).join("\n");
    for (const { long } of options.filter((option): option is Option & { long: string } => option.long !== undefined)) {
      expect(own, `${name} ${long}`).toContain(long);
    }
  });

  it.each(ENVIRONMENT.map(({ name }) => name))("has %s in its table of variables", (name) => {
    expect(rows.some((row) => row.startsWith(`| \`${name}\` |`))).toBe(true);
  });

  it.each(EXIT_CODES.map(({ code }) => code))("has %i in its table of exit codes", (code) => {
    expect(rows.some((row) => row.startsWith(`| ${code} |`))).toBe(true);
  });
});
