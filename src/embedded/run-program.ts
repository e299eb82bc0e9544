import { spawn } from "node:child_process";

import { err, ok, type Result } from "../core/result.ts";
import type { ServerAccount } from "./server-account.ts";

/** Nothing of ours, and above all no secret of ours, shows up in a server's environment. */
export const SERVER_ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" } as const;

export interface ProgramFailure {
  /** `false`: the program does not run on this machine at all. */
  readonly didRun: boolean;
  readonly detail: string;
}

/** Runs one of PostgreSQL's programs to its end; `cwd` must be a folder that the account can enter. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly account: ServerAccount | null; readonly cwd: string },
): Promise<Result<void, ProgramFailure>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...options.account,
      cwd: options.cwd,
      env: SERVER_ENVIRONMENT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("error", (error) => resolve(err({ didRun: false, detail: error.message })));
    child.on("close", (code, signal) => {
      const text = Buffer.concat(output).toString("utf8").trim();
      resolve(code === 0 ? ok(undefined) : err({ didRun: true, detail: lastLines(text) || `ended with ${code ?? signal}` }));
    });
  });
}

/** As much of a program's output as fits into one sentence. */
export function lastLines(text: string): string {
  return text.split("\n").slice(-4).join("; ").slice(-400);
}
