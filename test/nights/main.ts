import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { describeReport, describeViolations } from "./describe-report.ts";
import { HAZARDS, simulate } from "./simulate.ts";

// A year of nights with faults, or as many as asked for: what was lost, and what was not. A seed that fails does so again.

const { values } = parseArgs({
  options: {
    nights: { type: "string", default: "365" },
    exports: { type: "string", default: "50" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    hazard: { type: "string", multiple: true, default: [] },
  },
});

const write = (text: string): void => void process.stdout.write(`${text}\n`);
const seed = values.seed === undefined ? randomInt(2 ** 32) : wholeNumber("seed", values.seed);
const options = {
  seed,
  nights: wholeNumber("nights", values.nights),
  exports: wholeNumber("exports", values.exports),
  hazards: values.hazard.map((text) => oneOf("hazard", HAZARDS, text)),
  ...(values.trace ? { onLine: write } : {}),
};

// Failures are thrown by the hundred thousand here, and no one reads their stacks.
Error.stackTraceLimit = 0;
write(`seed ${seed}`);
const startedAt = process.hrtime.bigint();
const report = await simulate(options);
const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
write(`${describeReport(report)}\n${seconds.toFixed(1)} s`);
const violations = describeViolations(report, options);
if (violations) {
  write(violations);
  process.exitCode = 1;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} is a whole number, not ${text}`);
  return Number(text);
}

function oneOf<T extends string>(name: string, known: readonly T[], text: string): T {
  const found = known.find((word) => word === text);
  if (!found) throw new Error(`--${name} is one of ${known.join(", ")}, not ${text}`);
  return found;
}
