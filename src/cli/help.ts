import type { Command } from "commander";
import { ENVIRONMENT } from "../config/env.ts";
import { suggestName } from "../config/nearest-name.ts";
import { CommandError, EXIT, EXIT_CODES } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** Help on something that is not a command. */
const TOPICS: Readonly<Record<string, () => string>> = { environment: environmentHelp, "exit-codes": exitCodesHelp };

export const TOPIC_NAMES = Object.keys(TOPICS);

const CODES = EXIT_CODES.map(({ code, word }) => `${code} ${word}`);
const NAMES = ENVIRONMENT.map(({ name }) => name);

/** Stands below the help of every command. */
export const FOOTER = [
  "",
  `Exit codes: ${wrap(CODES, 12)}`,
  `Environment: ${wrap(NAMES, 13)}`,
  `More: ${TOPIC_NAMES.map((topic) => `nightferry help ${topic}`).join(", ")}`,
].join("\n");

/** Prints help on a command or a topic; without either, on the whole program. */
export function printHelp(program: Command, output: Output, topic: string | undefined): void {
  if (topic === undefined) return program.outputHelp();
  const command = program.commands.find((one) => one.name() === topic);
  if (command) return command.outputHelp();
  const text = TOPICS[topic];
  if (text) return output.line(text());
  const known = [...program.commands.map((one) => one.name()), ...TOPIC_NAMES];
  throw new CommandError(`there is no help on ${topic}; ${suggestName(topic, known)}`, EXIT.usage);
}

function environmentHelp(): string {
  const width = Math.max(...NAMES.map((name) => name.length)) + 2;
  const lines = ENVIRONMENT.flatMap((one) => [`  ${one.name.padEnd(width)}${one.meaning}`, `  ${"".padEnd(width)}default: ${one.default}`]);
  return [
    "Environment variables:",
    "",
    ...lines,
    "",
    "The configuration file reads more of them where it says ${env:NAME}. S3 credentials are",
    "found as by every AWS program: AWS_ACCESS_KEY_ID and its like, a profile, or a role.",
  ].join("\n");
}

function exitCodesHelp(): string {
  return ["Exit codes:", "", ...EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padEnd(4)}${meaning}`)].join("\n");
}

/** Joins words with commas, in lines of at most 80 characters. Later lines are indented. */
function wrap(words: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + word.length + 3 <= 80) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(word);
  }
  return lines.join(`,\n${" ".repeat(indent)}`);
}
