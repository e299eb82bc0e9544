import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JobId } from "../../../src/core/base/ids.ts";
import { OUTPUT_FORMATS } from "../../../src/core/exporters/built-in-exporters.ts";
import { isSafeKey, readArtifactKey, readQuarantineKey } from "../../../src/core/publish/object-key.ts";
import { quarantineKey, quarantineNoteKey, quarantineNoteSchema, wrongSize } from "../../../src/core/quarantine/quarantine-copy.ts";

const jobId = "9b2fe7bb8362429fb85a16c9373cf50c" as JobId;

describe("the key of a quarantine copy", () => {
  it.each([
    ["JSON", "gzip", `_quarantine/acme/${jobId}.json.gz`],
    ["PIPE", "identity", `_quarantine/acme/${jobId}.txt`],
    ["XML", "identity", `_quarantine/acme/${jobId}.xml`],
    [null, "gzip", `_quarantine/acme/${jobId}.gz`],
    [null, "identity", `_quarantine/acme/${jobId}`],
  ] as const)("says that the result is %s with encoding %s: %s", (outputFormat, encoding, key) => {
    expect(quarantineKey({ connection: "acme", jobId, outputFormat }, encoding)).toBe(key);
  });

  it("is beside its note", () => {
    expect(quarantineNoteKey({ connection: "acme", jobId })).toBe(`_quarantine/acme/${jobId}.about.json`);
  });

  it("is always safe, names its connection, and is never the key of an artifact or of a note", () => {
    const name = fc.record({
      connection: fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/),
      jobId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/).map((id) => id as JobId),
      outputFormat: fc.option(fc.constantFrom(...OUTPUT_FORMATS)),
    });
    fc.assert(
      fc.property(name, fc.constantFrom("gzip" as const, "identity" as const), (of, encoding) => {
        const key = quarantineKey(of, encoding);
        expect([isSafeKey(key), isSafeKey(quarantineNoteKey(of))]).toEqual([true, true]);
        expect(readQuarantineKey(key)).toBe(of.connection);
        expect(readArtifactKey(key)).toBeNull();
        expect(key).not.toBe(quarantineNoteKey(of));
      }),
    );
  });
});

describe("the size of a quarantine copy", () => {
  const announced = { records: 3, compressedBytes: 100, uncompressedBytes: 900 };

  it.each([
    ["is right", 100, "gzip", announced, null],
    ["is right for a result that was not compressed", 900, "identity", announced, null],
    ["cannot be checked when none was announced", 99, "gzip", { ...announced, compressedBytes: null }, null],
    ["cannot be checked by the size of the other encoding", 99, "identity", { ...announced, uncompressedBytes: null }, null],
    ["differs from the compressed size", 99, "gzip", announced, { what: "compressed", received: 99, announced: 100 }],
    ["differs from the uncompressed size", 100, "identity", announced, { what: "uncompressed", received: 100, announced: 900 }],
    ["differs if it is empty", 0, "gzip", announced, { what: "compressed", received: 0, announced: 100 }],
  ] as const)("%s", (_what, bytes, encoding, totals, difference) => {
    expect(wrongSize({ bytes, encoding }, totals)).toEqual(difference && { reason: "bytes-differ", ...difference });
  });
});

describe("the note about a quarantine copy", () => {
  const note = {
    schemaVersion: 1,
    proven: false,
    connection: "acme",
    jobId,
    run: { id: "run-1", export: "schedules", from: "2026-11-22", to: "2026-11-22" },
    artifact: { uri: "s3://lake/x", bytes: 100, sha256: "a".repeat(64), mediaType: "application/json", encoding: "gzip" },
    status: { status: "completed", announced: { records: 3 } },
    deadline: "2026-11-24T08:00:00.000Z",
    quarantinedAt: "2026-11-24T07:00:00.000Z",
  };

  it.each([note, { ...note, run: null }])("is read with or without a run: %#", (stored) => {
    expect(quarantineNoteSchema.parse(stored)).toEqual(stored);
  });

  it.each([
    { ...note, proven: true },
    { ...note, schemaVersion: 2 },
    { ...note, deadline: "soon" },
    { ...note, extra: 1 },
  ])("is refused if it claims something else: %#", (stored) => {
    expect(quarantineNoteSchema.safeParse(stored).success).toBe(false);
  });
});
