import { setTimeout as delay } from "node:timers/promises";
import { addDays, type BusinessDate } from "../../../src/core/base/business-date.ts";
import { createRandom } from "../../../src/simulator/seeded-random.ts";
import type { Program } from "../follow.ts";
import type { KillSite } from "./kill-site.ts";
import { waitUntil } from "./wait-until.ts";

export interface KillPlan {
  readonly kills: number;
  /** Decides which process dies, and when. */
  readonly seed: number;
  /** The processes' roles; one process with all of them is `[[]]`. */
  readonly processes: readonly (readonly string[])[];
  /** What else happens at the moment of a kill. */
  readonly onKill?: (kills: number) => Promise<void>;
}

export interface KillCount {
  readonly kills: number;
  /** Kills that hit a process which waited for the answer to an accepted submit, as the server available it. */
  readonly duringSubmit: number;
  /** Kills that hit a process before it was up. */
  readonly duringStart: number;
  /** Processes that ended without being killed, with what they said. */
  readonly endedAlone: readonly string[];
}

/** The processes of a program that is installed on several machines, so to speak. */
export const SEPARATE = [["schedule"], ["submit", "poll"], ["archive"], ["reconcile"], ["http"]] as const;
export const TOGETHER = [[]] as const;

/** A process lives at most so long after it is up: long enough for some jobs, and too short for any to feel safe. */
const LONGEST_LIFE_MS = 1500;
const LONGEST_START_MS = 600;
const SHARE_KILLED_EARLY = 0.15;
/** With fewer jobs on their way, more are ordered, so that no kill comes when nothing is left to lose. */
const FEWEST_OPEN = 24;
const FIRST_DATE = "2024-01-01" as BusinessDate;
const START_DEADLINE_MS = 120_000;

/** Kills processes at random moments and starts them again at once, until it has killed so many times; then lets them finish. */
export async function killOften(site: KillSite, { kills, seed, processes, onKill }: KillPlan): Promise<KillCount> {
  const random = createRandom(seed);
  const running = processes.map((roles) => ({ roles, program: site.start(roles) }));
  // The first start makes the tables know the configuration.
  for (const { program } of running) await untilStarted(program);
  const endedAlone: string[] = [];
  /** How many answers were lost, before each kill and after the last. */
  const hits: number[] = [];
  let [days, duringStart] = [0, 0];
  for (let kill = 1; kill <= kills; kill += 1) {
    while ((await countOpen(site)) < FEWEST_OPEN) await site.order(addDays(FIRST_DATE, days++));
    hits.push(site.simulator.stats.submitsUnanswered);
    const victim = running[Math.floor(random() * running.length)]!;
    const { program } = victim;
    const isEarly = random() < SHARE_KILLED_EARLY;
    if (!isEarly) await untilStarted(program);
    await delay(random() * (isEarly ? LONGEST_START_MS : LONGEST_LIFE_MS));
    if (!program.stderr().includes(STARTED)) duringStart += 1;
    program.child.kill("SIGKILL");
    if ((await program.ended) !== "SIGKILL") endedAlone.push(program.stderr());
    victim.program = site.start(victim.roles);
    await onKill?.(kill);
  }
  await untilArchived(site, () => running.map(({ program }) => program));
  hits.push(site.simulator.stats.submitsUnanswered);
  for (const { program } of running) {
    // Until a process has started, SIGTERM ends it as it ends any program; the last one may have been started only now.
    await untilStarted(program);
    program.child.kill("SIGTERM");
    if ((await program.ended) !== 0) endedAlone.push(program.stderr());
  }
  const duringSubmit = hits.filter((count, index) => count > (hits[index - 1] ?? 0)).length;
  return { kills, duringSubmit, duringStart, endedAlone };
}

const STARTED = "process.started";

async function untilStarted(program: Program): Promise<void> {
  const isUp = () => program.stderr().includes(STARTED) || program.child.exitCode !== null;
  await waitUntil(isUp, { deadlineMs: START_DEADLINE_MS, describe: () => `a process is not up:\n${program.stderr()}` });
}

const ARCHIVED_DEADLINE_MS = 300_000;

export async function untilArchived(site: KillSite, programs: () => readonly Program[]): Promise<void> {
  await waitUntil(async () => (await countOpen(site)) === 0, {
    deadlineMs: ARCHIVED_DEADLINE_MS,
    describe: async () => {
      const open = await site.database.prisma.job.findMany({ where: OPEN_JOB, take: 10 });
      const said = programs().map((program) => program.stderr().split("\n").slice(-20).join("\n"));
      return [
        ...open.map((job) => JSON.stringify(job, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))),
        ...said,
      ].join("\n");
    },
  });
}

const OPEN_JOB = { state: { notIn: ["archived", "split"] } };

/** Jobs and unplanned runs that are not over yet, and runs that have not ended. */
async function countOpen({ database: { prisma } }: KillSite): Promise<number> {
  const jobs = await prisma.job.count({ where: OPEN_JOB });
  return jobs === 0
    ? await prisma.run.count({ where: { outcome: "pending" } })
    : jobs + (await prisma.run.count({ where: { outcome: "pending", jobs: { none: {} } } }));
}
