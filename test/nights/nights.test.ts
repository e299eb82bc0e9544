import { randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { emptyTally, type Tally } from "./evidence.ts";
import { describeViolations } from "./describe-report.ts";
import { MUTANTS } from "./mutants.ts";
import { type Report, simulate, type SimulationOptions } from "./simulate.ts";

const FIXED = 1500;
const NEW = 1500;
const LIMIT_MS = 600_000;

/** From three to six exports, so that seeds differ in size as well. */
function singleNight(seed: number): SimulationOptions {
  return { seed, nights: 1, exports: 3 + (seed % 4) };
}

interface Totals {
  seeds: number;
  steps: number;
  faults: number;
  readonly tally: Tally;
}

async function simulateNights(base: number, count: number): Promise<Totals> {
  const totals: Totals = { seeds: 0, steps: 0, faults: 0, tally: emptyTally() };
  for (let seed = base; seed < base + count; seed += 1) {
    const report = await simulate(singleNight(seed));
    expect(describeViolations(report, singleNight(seed))).toBeNull();
    add(totals, report);
  }
  return totals;
}

function add(totals: Totals, report: Report): void {
  totals.seeds += 1;
  totals.steps += report.steps;
  totals.faults += [...report.faults.values()].reduce((sum, count) => sum + count, 0);
  for (const name of Object.keys(totals.tally) as (keyof Tally)[]) totals.tally[name] += report.tally[name];
}

function print(title: string, base: number, { seeds, steps, faults, tally }: Totals): void {
  const counts = Object.entries(tally).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`${title}: seeds ${base} to ${base + seeds - 1}, steps ${steps}, faults ${faults}, ${counts.join(", ")}\n`);
}

describe("nights with faults between any two steps", () => {
  it(`break no promise: ${FIXED} fixed seeds`, { timeout: LIMIT_MS }, async () => {
    const totals = await simulateNights(1, FIXED);
    print("fixed nights", 1, totals);
    expect(totals.tally.lostSavable).toBe(0);
  });

  it(`break no promise: ${NEW} new seeds`, { timeout: LIMIT_MS }, async () => {
    const base = randomInt(1_000_000, 2 ** 31);
    process.stdout.write(`new nights begin at seed ${base}\n`);
    const totals = await simulateNights(base, NEW);
    print("new nights", base, totals);
    expect(totals.tally.lostSavable).toBe(0);
  });

  it("are the same whenever a seed is", async () => {
    for (const seed of [3, 18, 105, 952]) {
      const [one, other] = [await simulate(singleNight(seed)), await simulate(singleNight(seed))];
      expect(other.hash).toBe(one.hash);
      expect(other.lines).toEqual(one.lines);
    }
    const [three, four] = [await simulate(singleNight(3)), await simulate({ ...singleNight(3), seed: 4 })];
    expect(four.hash).not.toBe(three.hash);
  });

  it("follow each other, with what each leaves to the next", { timeout: LIMIT_MS }, async () => {
    const options = { seed: 11, nights: 12, exports: 6 };
    const report = await simulate(options);
    expect(describeViolations(report, options)).toBeNull();
    expect(report.nights).toBe(12);
  });
});

describe("the oracle", () => {
  it.each(MUTANTS)("notices when $name", { timeout: LIMIT_MS }, async ({ breakPorts }) => {
    const caught = await firstCaught(breakPorts);
    expect(caught).not.toBeNull();
  });
});

const MOST_SEEDS = 700;

async function firstCaught(breakPorts: NonNullable<SimulationOptions["breakPorts"]>): Promise<Report | null> {
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    const report = await simulate({ ...singleNight(seed), breakPorts });
    if (report.violations.length > 0) return report;
  }
  return null;
}
