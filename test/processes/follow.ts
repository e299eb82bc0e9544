import type { ChildProcess } from "node:child_process";

/** A program that was started, and what it says. */
export interface Program {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Resolves with the first line of standard error that has this text in it; fails when the program ends without. */
  logged(text: string): Promise<string>;
}

export function follow(child: ChildProcess): Program {
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  const tell = () => waiting.forEach((look) => look());
  child.stdout?.on("data", (chunk: Buffer) => void (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    tell();
  });
  let isOver = false;
  const ended = new Promise<number | string>((resolve) =>
    child.once("close", (code, signal) => {
      isOver = true;
      resolve(code ?? signal ?? "?");
      tell();
    }),
  );
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    logged: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = stderr.split("\n").find((one) => one.includes(text));
          if (line === undefined && !isOver) return;
          waiting.delete(look);
          if (line === undefined) reject(new Error(`the program ended without ${text}:\n${stderr}`));
          else resolve(line);
        };
        waiting.add(look);
        look();
      }),
  };
}
