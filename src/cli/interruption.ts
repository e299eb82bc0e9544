/** Aborts at the first SIGINT or SIGTERM, so that everything can end in order. A second signal ends the process at once. */
export function onInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller.abort();
      // Without a listener, the next signal has its default effect.
      process.removeAllListeners("SIGINT");
      process.removeAllListeners("SIGTERM");
    });
  }
  return controller.signal;
}

/** How long a socket or timer that a library left open may keep the process running after its work is done. */
const LAST_RESORT_MS = 2000;

/** Lets the process end by itself with `code`. If something keeps it running, ends it. */
export function endProcess(code: number): void {
  process.exitCode = code;
  // oxlint-disable-next-line unicorn/no-process-exit -- the last resort, when a library left a socket or timer open
  setTimeout(() => process.exit(code), LAST_RESORT_MS).unref();
}
