import { spawn } from "node:child_process";

import { err, ok, type Result } from "../core/base/result.ts";
import type { ServerAccount } from "./server-account.ts";

/** The complete environment of PostgreSQL's programs. It inherits nothing of ours, in particular no secrets. */
export const SERVER_ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" } as const;

export interface ProgramFailure {
  /** `false`: the program cannot be started on this machine. */
  readonly didRun: boolean;
  readonly detail: string;
}

/** Runs one of PostgreSQL's programs until it ends. The account must have access to `cwd`. */
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

/** The end of a program's output, short enough for a message. */
export function lastLines(text: string): string {
  return text.split("\n").slice(-4).join("; ").slice(-400);
}
