import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, type BusinessDate } from "../../../src/core/base/business-date.ts";
import {
  artifactKey,
  isSafeKey,
  manifestKey,
  partitionKey,
  rawArtifactKey,
  readArtifactKey,
  readQuarantineKey,
  successKey,
} from "../../../src/core/publish/object-key.ts";
import { buildInterval } from "../../factories/build-run.ts";

const date = (text: string) => text as BusinessDate;
const day = { from: date("2026-11-22"), to: date("2026-11-22") };

describe("object keys", () => {
  it("have the business date as a Hive partition", () => {
    expect(rawArtifactKey("schedules", day, { chunk: 0, outputFormat: "JSON" })).toBe(
      "raw/schedules/business_date=2026-11-22/part-000.json.gz",
    );
    expect(rawArtifactKey("schedules", day, { chunk: 12, outputFormat: "PIPE" })).toBe(
      "raw/schedules/business_date=2026-11-22/part-012.txt.gz",
    );
    expect(manifestKey("schedules", day)).toBe("raw/schedules/business_date=2026-11-22/_manifest.json");
    expect(successKey("schedules", day)).toBe("raw/schedules/business_date=2026-11-22/_SUCCESS");
  });

  it("have both ends of an interval of several dates", () => {
    const week = { from: date("2026-11-16"), to: date("2026-11-22") };
    expect(successKey("schedules", week)).toBe("raw/schedules/business_date=2026-11-16--2026-11-22/_SUCCESS");
  });

  it("are always safe, different for different artifacts, and read back as what they were made of", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/);
    const artifact = fc.record({
      name,
      from: fc.nat(4000),
      days: fc.nat(31),
      chunk: fc.nat(2000),
      outputFormat: fc.constantFrom("JSON" as const, "PIPE" as const, "XML" as const),
    });
    fc.assert(
      fc.property(artifact, artifact, (a, b) => {
        const [keyA, keyB] = [a, b].map((one) => {
          const from = addDays(date("2020-01-01"), one.from);
          return rawArtifactKey(one.name, { from, to: addDays(from, one.days) }, one);
        });
        expect(isSafeKey(keyA!)).toBe(true);
        const from = addDays(date("2020-01-01"), a.from);
        expect(readArtifactKey(keyA!)).toEqual({ exportName: a.name, partition: { from, to: addDays(from, a.days) } });
        expect(keyA === keyB).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it.each(["../x", "a/../b", "a//b", "/a", "a/", "a b", "ä", "a\\b", "", "a/.", "x".repeat(901)])("never include %j", (key) => {
    expect(isSafeKey(key)).toBe(false);
  });
});

describe("a safe key", () => {
  it.each(["a", "raw/schedules/business_date=2026-11-22/_SUCCESS", "..a/.b", "x".repeat(900)])("may be %j", (key) => {
    expect(isSafeKey(key)).toBe(true);
  });
});

describe("the key of an artifact", () => {
  it.each([
    ["raw/schedules/business_date=2026-11-22/part-000.json.gz", "schedules", buildInterval("2026-11-22")],
    ["raw/a/business_date=2026-11-16--2026-11-22/part-1000.xml.gz", "a", buildInterval("2026-11-16", "2026-11-22")],
  ])("%s has the export and the partition", (key, exportName, partition) => {
    expect(readArtifactKey(key)).toEqual({ exportName, partition });
  });

  it.each([
    "raw/schedules/business_date=2026-11-22/_manifest.json",
    "raw/schedules/business_date=2026-11-22/part-000.json",
    "raw/schedules/business_date=2026-13-22/part-000.json.gz",
    "raw/schedules/business_date=2026-11-16--2026-11-31/part-000.json.gz",
    "raw/a/b/business_date=2026-11-22/part-000.json.gz",
    "x/raw/schedules/business_date=2026-11-22/part-000.json.gz",
    "schedules/date=2026-11-22/part-000.json.gz",
    "backups/db.tar",
    "",
  ])("is not %j", (key) => {
    expect(readArtifactKey(key)).toBeNull();
  });

  it.each([
    ["s3://lake/wfm/raw/schedules/business_date=2026-11-22/part-000.json.gz", "part-000.json.gz"],
    ["part-012.txt", "part-012.txt"],
    ["s3://other/somewhere/part-7.xml.gz", "part-7.xml.gz"],
  ])("that a manifest lists as %s is beside the manifest", (uri, name) => {
    expect(artifactKey("schedules", day, uri)).toBe(`${partitionKey("schedules", day)}/${name}`);
  });

  it.each(["s3://lake/_manifest.json", "s3://lake/part-000.json.gz/", "part-x.json.gz", "../../part-000.json.gz?versionId=1", ""])(
    "is never made of %j, which a manifest from outside may list",
    (uri) => {
      expect(artifactKey("schedules", day, uri)).toBeNull();
    },
  );
});

describe("the key of a quarantine copy", () => {
  it.each([
    ["_quarantine/acme/9b2f.json.gz", "acme"],
    ["_quarantine/acme/", null],
    ["_quarantine/x", null],
    ["x/_quarantine/acme/9b2f", null],
  ])("%s has the connection %j", (key, connection) => {
    expect(readQuarantineKey(key)).toBe(connection);
  });
});
