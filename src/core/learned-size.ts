/** How many units (dates times entities) of an export go into one request, as far as its history tells; `null`: nothing known. */
export interface LearnedSize {
  /** The most that came through, among those below `tooLarge`. */
  readonly fitting: number | null;
  /** The least that WFM found too large. */
  readonly tooLarge: number | null;
}

export const NOTHING_LEARNED: LearnedSize = { fitting: null, tooLarge: null };

/** How much smaller to ask where it is only known what is too large. */
const STEP = 4;

export function learnTooLarge(known: LearnedSize, units: number): LearnedSize {
  const tooLarge = Math.min(units, known.tooLarge ?? units);
  return { tooLarge, fitting: known.fitting !== null && known.fitting < tooLarge ? known.fitting : null };
}

export function learnFitting(known: LearnedSize, units: number): LearnedSize {
  // One part of a night may be small where another of the same size is too large: the larger one decides.
  if (known.tooLarge !== null && units >= known.tooLarge) return known;
  return { ...known, fitting: Math.max(units, known.fitting ?? units) };
}

/** How many units to ask for at once; `null`: everything, because nothing was ever too large. */
export function mostUnits({ fitting, tooLarge }: LearnedSize): number | null {
  if (tooLarge === null) return null;
  return fitting ?? Math.max(1, Math.ceil(tooLarge / STEP));
}
