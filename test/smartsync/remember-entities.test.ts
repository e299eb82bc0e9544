import { expect, it } from "vitest";
import type { Entity } from "../../src/core/exports/entity.ts";
import { rememberEntities } from "../../src/smartsync/remember-entities.ts";
import { createFakeWfm } from "../fakes/fake-wfm.ts";
import { createManualClock } from "../fakes/manual-clock.ts";

const ENTITIES: readonly Entity[] = [{ kind: "mu", id: 101, name: "Sales" }];

function setUp() {
  const clock = createManualClock("2026-11-23T07:00:00.000Z");
  const wfm = createFakeWfm({ clock, entities: ENTITIES });
  return { clock, wfm, client: rememberEntities(wfm.client, clock) };
}

it("requests the same kinds at most once a minute, in any order", async () => {
  const { clock, wfm, client } = setUp();
  expect(await client.listEntities(["mu", "ct"])).toEqual({ ok: true, value: ENTITIES });
  expect(await client.listEntities(["ct", "mu"])).toEqual({ ok: true, value: ENTITIES });
  expect(wfm.calls.listEntities).toBe(1);
  await client.listEntities(["mu"]);
  expect(wfm.calls.listEntities).toBe(2);
  await clock.advance(60_000);
  await client.listEntities(["mu", "ct"]);
  expect(wfm.calls.listEntities).toBe(3);
});

it("does not cache a failure", async () => {
  const { wfm, client } = setUp();
  wfm.next("listEntities", { kind: "fail", failure: { reason: "server-error", target: "wfm", status: 500, retryAfterMs: null } });
  expect(await client.listEntities(["mu"])).toMatchObject({ ok: false });
  expect(await client.listEntities(["mu"])).toEqual({ ok: true, value: ENTITIES });
});
