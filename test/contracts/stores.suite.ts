import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { Stores } from "../../src/core/stores.ts";
import { alarmTests } from "./alarm-store.tests.ts";
import { artifactTests } from "./artifact-store.tests.ts";
import { connectionAndProcessTests } from "./connection-store.tests.ts";
import { exportTests } from "./export-store.tests.ts";
import { jobListTests } from "./job-lists.tests.ts";
import { jobMoveTests } from "./job-moves.tests.ts";
import { orphanTests } from "./orphan-store.tests.ts";
import { outageTests } from "./outage-store.tests.ts";
import { runTests } from "./run-store.tests.ts";

/** One implementation of the stores under test. `empty` gives them back without anything in them. */
export interface StoresFixture {
  open(): Promise<void>;
  empty(): Promise<Stores>;
  close(): Promise<void>;
}

/** What every implementation of `Stores` does, the fake included. */
export function describeStores(name: string, fixture: StoresFixture): void {
  describe(`stores in ${name}`, () => {
    let stores: Stores;
    const given = () => stores;
    beforeAll(() => fixture.open());
    beforeEach(async () => {
      stores = await fixture.empty();
    });
    afterAll(() => fixture.close());

    describe("exports", () => {
      exportTests(given);
    });
    describe("connections and processes", () => {
      connectionAndProcessTests(given);
    });
    describe("runs", () => {
      runTests(given);
    });
    describe("moves of jobs", () => {
      jobMoveTests(given);
    });
    describe("lists of jobs", () => {
      jobListTests(given);
    });
    describe("outages", () => {
      outageTests(given);
    });
    describe("orphans", () => {
      orphanTests(given);
    });
    describe("alarms", () => {
      alarmTests(given);
    });
    describe("artifacts", () => {
      artifactTests(given);
    });
  });
}
