const MIB = 1024 * 1024;

export const DEFAULT_PART_BYTES = 8 * MIB;

/** S3 accepts no more parts than this. */
export const MAX_PARTS = 10_000;

/** S3 accepts no larger parts than this. */
const MAX_PART_BYTES = 5 * 1024 * MIB;

const PARTS_PER_STEP = 2000;

/** Doubles every 2,000 parts, so that an object of unknown size can grow to 62,000 first parts: 484 GiB with 8 MiB. */
export function partBytesFor(number: number, firstPartBytes: number): number {
  return Math.min(firstPartBytes * 2 ** Math.floor((number - 1) / PARTS_PER_STEP), MAX_PART_BYTES);
}
