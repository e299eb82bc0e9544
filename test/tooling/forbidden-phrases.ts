/** What docs/glossary.md replaces and a list of single words cannot express. The single words are the `flagWords` of cspell.json. */
export interface ForbiddenPhrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

export const FORBIDDEN_PHRASES: readonly ForbiddenPhrase[] = [
  { pattern: phrase("any", "more"), instead: "no longer" },
  { pattern: phrase("kept|keep|keeps|keeping", "raw"), instead: "quarantined" },
  { pattern: phrase("put|puts|putting", "back"), instead: "release" },
  { pattern: phrase("let|lets|letting", "go"), instead: "release" },
  { pattern: phrase("set|sets|setting", "aside"), instead: "defer" },
  { pattern: phrase("give|gives|given|giving|gave", "way"), instead: "superseded" },
  { pattern: phrase("take|takes|taken|taking|took", "hold"), instead: "claim" },
  { pattern: /\b(?:no-place|NO_PLACE)\b/g, instead: "at-capacity" },
  { pattern: /\b[Vv]endor(?:Job|Status)\w*/g, instead: "WfmJob, WfmStatus, jobId" },
  { pattern: /\b(?:moveJob|JobMoves?|IllegalMove|job_moves|job\.moved)\b/g, instead: "transition, JobTransition" },
  { pattern: /\bcutByDate\b/g, instead: "splitByDate" },
  { pattern: /\bStagedPart\b/g, instead: "UploadedPart" },
  { pattern: /\bMessageQueues?\b/g, instead: "WakeUps" },
  { pattern: /\b(?:Job|Run|Export|Connection|Artifact|Orphan|Process)Stores?\b/g, instead: "JobRepository, ..." },
  { pattern: /\bwatchConnection\b/g, instead: "pollConnection" },
  // "business unit" and "management unit" are WFM's own words; every other unit of a request is a cell. (fast-check has a `stringUnit`.)
  {
    pattern: /\b(?!stringUnit\b)(?!\w*(?:business|management)_?units?)(?:\w*[a-z]Units?(?![a-z])\w*|units[A-Z]\w*|\w+_units?)\b/gi,
    instead: "cell",
  },
];

/** The words of a phrase, each with its forms: apart, joined with - or _, in camelCase, or on two lines of one comment. */
function phrase(first: string, second: string): RegExp {
  const capitalized = (forms: string) => forms.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
  const start = String.raw`(?:(?<![A-Za-z])(?:${first}|${capitalized(first)})|(?<=[a-z])(?:${capitalized(first)}))`;
  const gap = String.raw`(?:[ \t_-]*|[ \t]*\r?\n[ \t]*(?:\/\/+|\*|#|--)?[ \t]*)`;
  return new RegExp(`${start}${gap}(?:${second}|${capitalized(second)})(?![a-z])`, "g");
}
