import { MINUTE_MS, SECOND_MS } from "../../src/core/base/clock.ts";
import type { Run } from "../../src/core/jobs/run.ts";
import { createRun } from "../../src/flows/schedule/create-run.ts";
import type { Ports } from "../../src/flows/ports/ports.ts";
import type { MemoryTables } from "../fakes/memory-tables.ts";
import type { World } from "./world.ts";

type RerunPorts = Pick<Ports, "repositories" | "wakeUps" | "clock" | "newId"> & { readonly tables: MemoryTables };

/** A person starts a run over, some time into the night: one that has finished, or one that is still under way. */
export function rerunNow(world: World, ports: RerunPorts): void {
  const { random } = world;
  const mayOverlap = random.chance(0.5);
  world.after(mayOverlap ? random.magnitude(10 * SECOND_MS, 10 * MINUTE_MS) : random.magnitude(2 * MINUTE_MS, 90 * MINUTE_MS), () => {
    const [first, ...others] = [...ports.tables.runs.values()].filter(
      (run) => isGoodForRerun(run, mayOverlap) && isLatest(ports.tables, run),
    );
    if (!first) return;
    const { exportName, interval } = random.pick([first, ...others]);
    world.count("rerun by hand");
    void createRun({ ...ports, emit: () => undefined }, { exportName, interval, trigger: "manual" });
  });
}

function isGoodForRerun(run: Run, mayOverlap: boolean): boolean {
  return mayOverlap ? run.selection !== null : run.outcome === "archived";
}

function isLatest({ runs }: MemoryTables, run: Run): boolean {
  const isLater = (other: Run) =>
    other.exportName === run.exportName && other.interval.from === run.interval.from && other.generation > run.generation;
  return ![...runs.values()].some(isLater);
}
