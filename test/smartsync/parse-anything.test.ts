import { assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { parseVendorJobId } from "../../src/core/ids.ts";
import { parseEntities } from "../../src/smartsync/parse-entities.ts";
import { parseErrorBody } from "../../src/smartsync/parse-error-body.ts";
import { parseJobList } from "../../src/smartsync/parse-job-list.ts";
import { parseStatusOf, parseVendorJob } from "../../src/smartsync/parse-vendor-job.ts";
import { translateUnfinished } from "../../src/smartsync/translate-unfinished.ts";
import { anyDocument } from "./any-document.ts";
import { JOB_ID } from "./fixture.ts";

describe("any JSON document", () => {
  it("is read as entities without a throw, and every one of them is sound", () => {
    let found = 0;
    assert(
      property(anyDocument, constantFrom("mu" as const, null), (document, asked) => {
        for (const entity of parseEntities(document, asked)?.entities ?? []) {
          found += 1;
          expect(["ct", "mu", "eg", "bu"]).toContain(entity.kind);
          expect(Number.isSafeInteger(entity.id) && entity.id >= 0 && entity.name !== "").toBe(true);
        }
        parseErrorBody(JSON.stringify(document));
        translateUnfinished(JSON.stringify(document));
      }),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it("is read as jobs without a throw, and no job has an invalid id", () => {
    let found = 0;
    assert(
      property(anyDocument, (document) => {
        for (const job of [...(parseJobList(document) ?? []), parseVendorJob(document), parseStatusOf(JOB_ID, document)]) {
          if (!job) continue;
          found += 1;
          expect(parseVendorJobId(job.vendorJobId)).not.toBeNull();
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
