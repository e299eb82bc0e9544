import Table from "cli-table3";
import type { Report, SimulationOptions } from "./simulate.ts";

/** The command that does exactly the same again. */
export function replayCommand({
  seed,
  nights,
  exports,
  hazards = [],
}: Pick<SimulationOptions, "seed" | "nights" | "exports" | "hazards">): string {
  const switches = hazards.map((hazard) => ` --hazard ${hazard}`).join("");
  return `npm run simulate:nights -- --nights ${nights} --exports ${exports} --seed ${seed}${switches} --trace`;
}

/** What a simulation came to, in a table. */
export function describeReport({ seed, nights, steps, tally, faults, hash }: Report): string {
  const table = new Table({ style: { head: [], border: [] }, colAligns: ["left", "right"] });
  const faultCount = [...faults.values()].reduce((sum, count) => sum + count, 0);
  table.push(
    ["nights", nights],
    ["runs", tally.runs],
    ["jobs", tally.jobs],
    ["results finished by WFM", tally.results],
    ["faults", faultCount],
    ...[...faults].toSorted(([, a], [, b]) => b - a).map(([fault, count]): [string, number] => [`  ${fault}`, count]),
    ["results lost that could be saved", tally.lostSavable],
    ["results lost that could not be saved", tally.lostUnsavable],
    ["  of them not reported before their deadline", tally.lostUnreported],
    ["results stored twice", tally.storedTwice],
    ["duplicate submits", tally.duplicateSubmits],
    ["  of them finished and left on the server", tally.orphansLeft],
    ["results given up for a better published", tally.superseded],
    ["alerts", tally.alerts],
    ["steps", steps],
  );
  return `seed ${seed}\n${table.toString()}\ntrace ${hash}`;
}

/** `null` when nothing was broken. */
export function describeViolations(report: Report, options: SimulationOptions): string | null {
  const [first] = report.violations;
  if (!first) return null;
  const sentences = report.violations.map(({ rule, detail }) => `  ${rule}: ${detail}`);
  const replay = replayCommand({ ...options, nights: report.nights });
  return [
    `seed ${report.seed}, night ${report.nights}: VIOLATED`,
    ...sentences,
    "the last that happened:",
    ...report.lines,
    `again: ${replay}`,
  ].join("\n");
}
