/** One signal that ends everything in order: the first SIGINT or SIGTERM aborts it, a second one ends the process at once. */
export function onInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller.abort();
      // With no listener left, the next one does what it does to any program.
      process.removeAllListeners("SIGINT");
      process.removeAllListeners("SIGTERM");
    });
  }
  return controller.signal;
}

/** Whatever still holds the process open this long after its work is done is not worth waiting for. */
const LAST_RESORT_MS = 2000;

/** Lets the process end by itself, with `code`, and ends it if something keeps it from that. */
export function endProcess(code: number): void {
  process.exitCode = code;
  // oxlint-disable-next-line unicorn/no-process-exit -- the last resort, when a library left a socket or timer behind
  setTimeout(() => process.exit(code), LAST_RESORT_MS).unref();
}
