/** What the commands exit with. Codes from 64 are those of sysexits.h. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  unavailable: 69,
  internal: 70,
  configuration: 78,
} as const;

type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means: in a word for the foot of every help text, and in a sentence for `nightferry help exit-codes`. */
export const EXIT_CODES: readonly { readonly code: ExitCode; readonly word: string; readonly meaning: string }[] = [
  { code: EXIT.ok, word: "done", meaning: "the command did what it was asked to do; after run and backfill, the data is archived" },
  { code: EXIT.failed, word: "not done", meaning: "the data is not archived, verify found a problem, or there is no such run" },
  { code: EXIT.usage, word: "wrong arguments", meaning: "the command line is wrong; the message says what is right" },
  { code: EXIT.unavailable, word: "unavailable", meaning: "the database, WFM, a destination or a network address cannot be used" },
  { code: EXIT.internal, word: "unexpected error", meaning: "a mistake in Nightferry; please report it" },
  { code: EXIT.configuration, word: "wrong configuration", meaning: "the configuration file or an environment variable is wrong" },
];

/** Ends a command with sentences for the person at the terminal and an exit code. It is printed without a stack trace. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
