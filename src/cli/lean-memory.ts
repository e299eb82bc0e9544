import { setFlagsFromString } from "node:v8";

/**
 * Prisma's query compiler is WebAssembly. Optimizing all of its machine code would cost every process about 60 MB, for a speed that a few
 * queries a second do not need. Large young generations would cost as much, for garbage that lives only a moment.
 * Call this before either exists.
 */
export function keepMemoryLean(): void {
  for (const flag of ["--wasm-lazy-compilation", "--liftoff-only", "--max-semi-space-size=8"]) setFlagsFromString(flag);
}
