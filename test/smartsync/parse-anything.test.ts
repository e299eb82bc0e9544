import { array, assert, constantFrom, double, integer, jsonValue, letrec, oneof, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { parseVendorJobId, type VendorJobId } from "../../src/core/ids.ts";
import { parseEntities } from "../../src/smartsync/parse-entities.ts";
import { parseErrorBody } from "../../src/smartsync/parse-error-body.ts";
import { parseJobList } from "../../src/smartsync/parse-job-list.ts";
import { parseStatusOf, parseVendorJob } from "../../src/smartsync/parse-vendor-job.ts";
import { translateUnfinished } from "../../src/smartsync/translate-unfinished.ts";

const ID = "9b2fe7bb8362429fb85a16c9373cf50c" as VendorJobId;

describe("any JSON document", () => {
  const name = constantFrom(
    "jobId",
    "id",
    "status",
    "jobs",
    "lastStatusChange",
    "totalRecords",
    "resultsSizeBytes",
    "compressed",
    "uncompressed",
    "job",
    "mu",
    "muList",
    "type",
    "entityType",
    "muId",
    "name",
    "entities",
    "message",
    "details",
    "__proto__",
    "constructor",
    "deleted",
  );
  const leaf = oneof(
    constantFrom(ID, "RUNNING", "COMPLETED_SUCCESFULLY", "mu", "ADD", "DELETE", "2026-11-22T01:20:00", "9".repeat(400), "../x", "a b", ""),
    jsonValue({ maxDepth: 1 }),
    double(),
    integer(),
  );
  const { tree } = letrec((tie) => ({
    tree: oneof({ maxDepth: 5 }, leaf, array(tie("tree"), { maxLength: 4 }), tie("record")),
    record: array(tuple(oneof(name, string()), tie("tree")), { maxLength: 6 }).map((entries) => {
      // As JSON.parse does it, `__proto__` becomes a member like any other.
      const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}`).join(",");
      return JSON.parse(`{${text}}`) as unknown;
    }),
  }));

  it("is read as entities without a throw, and every one of them is sound", () => {
    let found = 0;
    assert(
      property(tree, constantFrom("mu" as const, null), (document, asked) => {
        for (const entity of parseEntities(document, asked)?.entities ?? []) {
          found += 1;
          expect(["ct", "mu", "eg", "bu"]).toContain(entity.kind);
          expect(Number.isSafeInteger(entity.id) && entity.id >= 0 && entity.name !== "").toBe(true);
        }
        parseErrorBody(JSON.stringify(document));
        translateUnfinished(JSON.stringify(document));
      }),
      { numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it("is read as jobs without a throw, and no job has an invalid id", () => {
    let found = 0;
    assert(
      property(tree, (document) => {
        for (const job of [...(parseJobList(document) ?? []), parseVendorJob(document), parseStatusOf(ID, document)]) {
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
