import { CommandError, EXIT } from "./exit-codes.ts";

const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses this address",
  EADDRNOTAVAIL: "this machine does not have this address",
  EACCES: "permission denied",
  ENOTFOUND: "the host name does not exist",
  EAI_AGAIN: "the host name cannot be looked up",
};

/** A server's failure to listen, as a sentence. `advice` says how to choose another address. */
export function describeListenError(error: unknown, address: string, advice: string): CommandError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new CommandError(`cannot listen on ${address} (${CAUSES[code] ?? code}); ${advice}`, EXIT.unavailable);
}
