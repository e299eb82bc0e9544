import { expect, it } from "vitest";
import { resolveSelection } from "../../../src/flows/plan/resolve-selection.ts";
import { buildExport } from "../../factories/build-export.ts";
import { createNight } from "../../simulated/night.ts";

it("a selection with literal ids is resolved without WFM", async () => {
  const night = await createNight();
  const resolved = await resolveSelection({ findSmartSync: () => null }, buildExport({ select: { muIds: [7, 8] } }));
  expect(resolved).toMatchObject({ ok: true, value: { selection: { muIds: [7, 8] } } });
  expect(night.wfm.calls.listEntities).toBe(0);
});

it("a selection of all entities is resolved to those that the login may view now", async () => {
  const night = await createNight();
  const resolved = await resolveSelection(night.ports, buildExport({ select: { muIds: "all" } }));
  expect(resolved).toMatchObject({ ok: true, value: { selection: { muIds: [101, 102, 103] } } });
  expect(night.wfm.calls.listEntities).toBe(1);
});

it("a selection cannot be resolved for a connection that the configuration no longer has", async () => {
  const resolved = await resolveSelection({ findSmartSync: () => null }, buildExport());
  expect(resolved).toEqual({ ok: false, error: { reason: "connection-unknown", connection: "acme" } });
});

it("a selection cannot be resolved while WFM does not answer, with the failure of WFM", async () => {
  const night = await createNight();
  night.wfm.down = { reason: "unreachable", target: "https://wfm.example", detail: "connection refused" };
  expect(await resolveSelection(night.ports, buildExport())).toEqual({ ok: false, error: night.wfm.down });
});
