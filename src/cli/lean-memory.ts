import { setFlagsFromString } from "node:v8";

/**
 * Prisma's query compiler is WebAssembly. Optimized machine code of all of it would take some 60 MB of every process, for a speed
 * that a few queries a second have no use for; large young generations would take as much for garbage that is gone in a moment.
 * Called before either exists.
 */
export function keepMemoryLean(): void {
  for (const flag of ["--wasm-lazy-compilation", "--liftoff-only", "--max-semi-space-size=8"]) setFlagsFromString(flag);
}
