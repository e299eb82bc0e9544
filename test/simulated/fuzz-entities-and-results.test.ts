import { gunzipSync, gzipSync } from "node:zlib";
import { array, assert, asyncProperty, constant, constantFrom, integer, oneof, record, string, tuple, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyDocument, anyValue } from "../smartsync/any-document.ts";
import { anyHeaders, CUT_OFF, expectNothingArchived, expectSound, RUNS, TIMEOUT } from "./fuzz-outcome.ts";
import { answerJson, RECORDS, ROWS, attemptRun } from "./one-attempt.ts";

describe("ten thousand random answers crash nothing and archive nothing", TIMEOUT, () => {
  it("when they are documents about entities, and a request names only entities of theirs", async () => {
    const entityLike = record(
      {
        id: oneof(integer({ min: 1, max: 900 }), anyValue),
        muId: anyValue,
        name: string(),
        type: oneof(constant("mu"), anyValue),
        status: anyValue,
      },
      { requiredKeys: [] },
    );
    const entitiesLike = oneof(array(entityLike, { maxLength: 4 }), record({ muList: array(entityLike, { maxLength: 3 }) }), anyDocument);
    let planned = 0;
    await assert(
      asyncProperty(entitiesLike, async (entities) => {
        const outcome = await attemptRun({ entities: answerJson(entities), result: CUT_OFF });
        expectNothingArchived(outcome);
        const ids = outcome.found.run.selection?.muIds ?? [];
        if (ids.length > 0) planned += 1;
        for (const id of ids) expect(JSON.stringify(entities)).toContain(String(id));
      }),
      RUNS,
    );
    expect(planned).toBeGreaterThan(1000);
  });
});

describe("ten thousand random results, with random headers", TIMEOUT, () => {
  const packed = gzipSync(ROWS);
  const whole = oneof(constant(Buffer.from(ROWS)), constant(packed));
  const position = integer({ min: 0, max: 10_000 });
  const spoiled = tuple(whole, position, uint8Array({ minLength: 1, maxLength: 6 }), integer({ min: 0, max: 4 })).map(
    ([body, at, bytes, how]) => {
      const cut = at % body.length;
      switch (how) {
        case 0:
          return body.subarray(0, cut);
        case 1:
          return Buffer.concat([body, Buffer.from(bytes)]);
        case 2:
          return Buffer.concat([Buffer.from(bytes), body]);
        case 3:
          return Buffer.concat([body.subarray(0, cut), body.subarray(Math.min(cut + bytes.length, body.length))]);
        default:
          return Buffer.concat([body.subarray(0, cut), Buffer.from([(body[cut] ?? 0) ^ (bytes[0] || 1)]), body.subarray(cut + 1)]);
      }
    },
  );
  const rows = array(anyDocument, { maxLength: 6 }).map((list) => Buffer.from(JSON.stringify(list)));
  // Decompression ignores zeros after a gzip stream, and nothing else.
  const surplus = constantFrom(Buffer.concat([packed, packed]), Buffer.concat([packed, Buffer.alloc(8)]));

  it("crash nothing, and only the whole result is ever archived", async () => {
    let archived = 0;
    const bodies = oneof(
      { weight: 1, arbitrary: whole },
      { weight: 6, arbitrary: spoiled },
      rows,
      surplus,
      uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    const right = constantFrom(
      {},
      { "content-type": "application/json" },
      { "content-type": "application/json", "content-encoding": "GZIP" },
    );
    await assert(
      asyncProperty(
        constantFrom(200, 200, 200, 200, 206, 203, 204),
        tuple(right, anyHeaders()),
        bodies,
        async (status, [base, random], body) => {
          const outcome = await attemptRun({ result: { status, headers: { ...random, ...base }, body } });
          expectSound(outcome);
          const stored = outcome.lake.contents.get("raw/schedules/business_date=2026-11-22/part-000.json.gz");
          if (!stored) return;
          archived += 1;
          expect(status).toBe(200);
          const document = JSON.parse(gunzipSync(stored).toString()) as unknown[];
          expect(document).toHaveLength(RECORDS);
          expect(sentDocument(body)).toEqual(gunzipSync(stored));
          if (isGzip(body)) expect(stored.byteLength).toBe(packed.length);
        },
      ),
      RUNS,
    );
    expect(archived).toBeGreaterThan(100);
  });
});

function sentDocument(body: Buffer): Buffer {
  return isGzip(body) ? gunzipSync(body) : body;
}

function isGzip(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}
