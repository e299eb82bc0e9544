import { array, constantFrom, double, integer, jsonValue, letrec, oneof, string, tuple } from "fast-check";
import { JOB_ID } from "./fixture.ts";

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
  constantFrom(
    JOB_ID,
    "RUNNING",
    "COMPLETED_SUCCESFULLY",
    "mu",
    "ADD",
    "DELETE",
    "2026-11-22T01:20:00",
    "9".repeat(400),
    "../x",
    "a b",
    "",
  ),
  jsonValue({ maxDepth: 1 }),
  double(),
  integer(),
);
const { tree } = letrec((tie) => ({
  tree: oneof({ maxDepth: 5 }, leaf, array(tie("tree"), { maxLength: 4 }), tie("record")),
  record: array(tuple(oneof(name, string()), tie("tree")), { maxLength: 6 }).map((entries) => {
    // JSON.parse creates `__proto__` as an ordinary member. An object literal would not.
    const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}`).join(",");
    return JSON.parse(`{${text}}`) as unknown;
  }),
}));

/** JSON documents that use the vendor's member names and values, in wrong places as well as right ones. */
export const anyDocument = tree;

/** A value of any type. */
export const anyValue = leaf;
