import { CommandError, EXIT } from "./exit-codes.ts";

const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: "something listens there already",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "not permitted",
  ENOTFOUND: "there is no such name",
  EAI_AGAIN: "the name cannot be looked up",
};

/** A server's failure to listen, as a sentence; `remedy` says how to choose another address. */
export function describeListenError(error: unknown, address: string, remedy: string): CommandError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new CommandError(`cannot listen on ${address} (${CAUSES[code] ?? code}); ${remedy}`, EXIT.unavailable);
}
