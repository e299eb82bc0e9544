import { assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJobId } from "../../src/core/base/ids.ts";
import { parseEntities } from "../../src/smartsync/parse-entities.ts";
import { parseErrorBody } from "../../src/smartsync/parse-error-body.ts";
import { parseJobList } from "../../src/smartsync/parse-job-list.ts";
import { parseJobStatus, parseWfmJob } from "../../src/smartsync/parse-wfm-job.ts";
import { translate206 } from "../../src/smartsync/translate-206.ts";
import { anyDocument } from "./any-document.ts";
import { JOB_ID } from "./fixture.ts";

describe("any JSON document", () => {
  it("parses as entities without throwing, and every entity is valid", () => {
    let found = 0;
    assert(
      property(anyDocument, constantFrom("mu" as const, null), (document, requested) => {
        for (const entity of parseEntities(document, requested)?.entities ?? []) {
          found += 1;
          expect(["ct", "mu", "eg", "bu"]).toContain(entity.kind);
          expect(Number.isSafeInteger(entity.id) && entity.id >= 0 && entity.name !== "").toBe(true);
        }
        parseErrorBody(JSON.stringify(document));
        translate206(JSON.stringify(document));
      }),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it("parses as jobs without throwing, and every job has a valid id", () => {
    let found = 0;
    assert(
      property(anyDocument, (document) => {
        for (const job of [...(parseJobList(document) ?? []), parseWfmJob(document), parseJobStatus(JOB_ID, document)]) {
          if (!job) continue;
          found += 1;
          expect(parseJobId(job.jobId)).not.toBeNull();
          expect(job.lastStatusChange === null || !Number.isNaN(job.lastStatusChange.getTime())).toBe(true);
          const counts = Object.values(job.announced).filter((count) => count !== null);
          expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(50);
  });
});
