import { describe, expect, it } from "vitest";
import type { Entity } from "../../src/core/entity.ts";
import { describeFailure } from "../../src/core/describe-failure.ts";
import { buildExport } from "../factories/build-export.ts";
import { createNight } from "./night.ts";

const ENTITIES: readonly Entity[] = ["Sales East", "Sales Test", "Billing"].map((name, index) => ({ kind: "mu", id: 101 + index, name }));

function selecting(...names: readonly string[]) {
  return buildExport({ select: { muIds: { names, except: ["Sales Test*", 900] } } });
}

describe("entities by name", () => {
  it("are asked for by the ids that WFM has for them now, without the excepted ones, and kept with the run", async () => {
    const night = await createNight({ exports: [selecting("Sales*", "Billing")], wfm: { entities: ENTITIES } });
    await night.untilFinished();
    expect(night.wfm.jobs.map(({ request }) => request["muIds"])).toEqual([[101, 103]]);
    expect((await night.runs())[0]?.run.selection).toEqual({ muIds: [101, 103] });
  });

  it("that match nothing are said, while the others are exported", async () => {
    const night = await createNight({ exports: [selecting("Sales*", "Billling")], wfm: { entities: ENTITIES } });
    await night.untilFinished();
    expect(night.events.filter(({ event }) => event === "run.names-unmatched")).toMatchObject([
      { export: "schedules", detail: 'nothing that this login may view matches muIds.names "Billling", muIds.except 900' },
    ]);
    expect((await night.runs())[0]?.run.outcome).toBe("archived");
  });

  it("that match nothing at all keep the run waiting, with their names", async () => {
    const night = await createNight({ exports: [selecting("Salez*")], wfm: { entities: ENTITIES } });
    await night.until(async () => (await night.runs()).some(({ run }) => run.planning.lastFailure !== null));
    const failure = (await night.runs())[0]?.run.planning.lastFailure;
    expect(failure && describeFailure(failure)).toBe(
      'export schedules selects nothing: nothing that this login may view matches muIds.names "Salez*", muIds.except 900',
    );
  });
});
