import { Command } from "commander";
import { TOOL_VERSION } from "../observability/tool-version.ts";
import { readEnvironment } from "./command-context.ts";
import { declareCommands } from "./declare-commands.ts";
import { FOOTER } from "./help.ts";
import type { Output } from "./output.ts";

/** The command line: its commands, arguments and help. `variables` replaces the environment of this process. */
export function createProgram(output: Output, interrupted: AbortSignal, variables?: Parameters<typeof readEnvironment>[0]): Command {
  const program = new Command("nightferry")
    .description("Runs NICE WFM SmartSync exports and archives every result in object storage before WFM deletes it.")
    .version(TOOL_VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .option("--config <file>", "the configuration file (default: NIGHTFERRY_CONFIG, or else ./nightferry.yaml)")
    .configureOutput({ writeOut: (text) => output.line(text.trimEnd()), writeErr: (text) => output.note(text.trimEnd()) })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("afterAll", FOOTER)
    .showHelpAfterError("(nightferry --help lists the commands)")
    .exitOverride();
  declareCommands(program, output, () => ({
    env: readEnvironment(variables),
    output,
    interrupted,
    configFile: program.opts<{ config?: string }>().config ?? null,
  }));
  for (const command of program.commands) {
    command.copyInheritedSettings(program).showHelpAfterError(`(nightferry ${command.name()} --help explains the arguments)`);
  }
  return program;
}
