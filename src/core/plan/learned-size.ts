/** How many cells (dates times entities) of an export one request may have, as far as its history shows; `null`: unknown. */
export interface LearnedSize {
  /** The most that WFM has exported at once, below `tooLarge`. */
  readonly fitting: number | null;
  /** The least that WFM found too large. */
  readonly tooLarge: number | null;
}

export const NOTHING_LEARNED: LearnedSize = { fitting: null, tooLarge: null };

/** How much smaller a request is made when it is only known what is too large. */
const STEP = 4;

export function learnTooLarge(known: LearnedSize, cells: number): LearnedSize {
  const tooLarge = Math.min(cells, known.tooLarge ?? cells);
  return { tooLarge, fitting: known.fitting !== null && known.fitting < tooLarge ? known.fitting : null };
}

export function learnFitting(known: LearnedSize, cells: number): LearnedSize {
  // Of two chunks with the same number of cells, one may have a small result and the other one that is too large. The larger one decides.
  if (known.tooLarge !== null && cells >= known.tooLarge) return known;
  return { ...known, fitting: Math.max(cells, known.fitting ?? cells) };
}

/** How many cells one request may have; `null`: all, because nothing was ever too large. */
export function mostCells({ fitting, tooLarge }: LearnedSize): number | null {
  if (tooLarge === null) return null;
  return fitting ?? Math.max(1, Math.ceil(tooLarge / STEP));
}
