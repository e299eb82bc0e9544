import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { alertTests } from "./alert-repository.tests.ts";
import { artifactTests } from "./artifact-repository.tests.ts";
import { breakerTests } from "./breaker-repository.tests.ts";
import { connectionTests } from "./connection-repository.tests.ts";
import { exportTests } from "./export-repository.tests.ts";
import { jobListTests } from "./job-lists.tests.ts";
import { jobTransitionTests } from "./job-transitions.tests.ts";
import { orphanTests } from "./orphan-repository.tests.ts";
import { processTests } from "./process-repository.tests.ts";
import { reconcilePassTests } from "./reconcile-pass-repository.tests.ts";
import { resultClaimTests } from "./result-claims.tests.ts";
import { runPlanningTests } from "./run-planning.tests.ts";
import { runTests } from "./run-repository.tests.ts";
import { submissionClaimTests } from "./submission-claims.tests.ts";

/** An implementation of the repositories under test. `empty` returns repositories whose tables are empty. */
export interface RepositoriesFixture {
  open(): Promise<void>;
  empty(): Promise<Repositories>;
  close(): Promise<void>;
}

/** What every implementation of `Repositories` does, including the fake. */
export function describeRepositories(name: string, fixture: RepositoriesFixture): void {
  describe(`repositories in ${name}`, () => {
    let repositories: Repositories;
    const given = () => repositories;
    beforeAll(() => fixture.open());
    beforeEach(async () => {
      repositories = await fixture.empty();
    });
    afterAll(() => fixture.close());

    describe("exports", () => {
      exportTests(given);
    });
    describe("connections", () => {
      connectionTests(given);
    });
    describe("runs", () => {
      runTests(given);
    });
    describe("planning of runs", () => {
      runPlanningTests(given);
    });
    describe("transitions of jobs", () => {
      jobTransitionTests(given);
    });
    describe("claims of submissions", () => {
      submissionClaimTests(given);
    });
    describe("claims of results", () => {
      resultClaimTests(given);
    });
    describe("lists of jobs", () => {
      jobListTests(given);
    });
    describe("artifacts", () => {
      artifactTests(given);
    });
    describe("circuit breakers", () => {
      breakerTests(given);
    });
    describe("orphans", () => {
      orphanTests(given);
    });
    describe("alerts", () => {
      alertTests(given);
    });
    describe("processes", () => {
      processTests(given);
    });
    describe("reconcile passes", () => {
      reconcilePassTests(given);
    });
  });
}
