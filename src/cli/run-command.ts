import { CommanderError } from "commander";
import { CommandError, EXIT } from "./exit-codes.ts";
import { endProcess, onInterruption } from "./interruption.ts";
import { keepMemoryLean } from "./lean-memory.ts";
import { createOutput, type Output } from "./output.ts";
import { createProgram } from "./program.ts";

/** Arguments in, exit code out. Every error ends here, as a sentence. */
export async function runCommand(args: readonly string[]): Promise<void> {
  keepMemoryLean();
  const output = createOutput(process.stdout, process.stderr);
  const code = await createProgram(output, onInterruption())
    .parseAsync([...args], { from: "user" })
    .then(
      () => EXIT.ok,
      (error: unknown) => explain(output, error),
    );
  endProcess(code);
}

async function explain(output: Output, error: unknown): Promise<number> {
  // Commander has printed its own words already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    output.note(error.message);
    return error.exitCode;
  }
  // Loaded only here, so that --help stays quick.
  const { isUnavailable } = await import("../app.ts");
  if (isUnavailable(error)) {
    output.note(error.message);
    return EXIT.unavailable;
  }
  output.note(`unexpected, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.internal;
}
