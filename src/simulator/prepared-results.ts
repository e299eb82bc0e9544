import { gzipSync } from "node:zlib";
import type { SimulatedJob } from "./job-book.ts";
import { countDocumentBytes, renderPlan } from "./render-result.ts";
import type { ResultPlan } from "./result-plan.ts";

interface PreparedResult {
  readonly uncompressedBytes: number;
  /** The packed document; `null` for results too large to be kept: they are packed as they leave, and their packed size is not stated. */
  readonly packed: Buffer | null;
}

export interface PreparedResults {
  prepare(job: SimulatedJob, isWrapped: boolean): PreparedResult;
}

const SMALL_BYTES = 4 * 1024 * 1024;
const KEPT_BYTES = 32 * 1024 * 1024;
const KEPT_SIZES = 20_000;
const ROW_BYTES_GUESS = 320;
const OPENS_ROW_BYTES_GUESS = 10_000;

/** Equal requests have equal results, so they are made once for all jobs that share them, and again when memory was needed. */
export function createPreparedResults(gzipLevel: number | null): PreparedResults {
  const packedBodies = new Map<string, Buffer>();
  const sizes = new Map<string, number>();
  let keptBytes = 0;

  const keep = (key: string, packed: Buffer) => {
    packedBodies.set(key, packed);
    keptBytes += packed.length;
    for (const [oldest, body] of packedBodies) {
      if (keptBytes <= KEPT_BYTES || oldest === key) break;
      packedBodies.delete(oldest);
      keptBytes -= body.length;
    }
  };

  const sizeOf = (key: string, plan: ResultPlan) => {
    const size = sizes.get(key) ?? countDocumentBytes(plan);
    if (sizes.size >= KEPT_SIZES) sizes.clear();
    sizes.set(key, size);
    return size;
  };

  return {
    prepare: (job, isWrapped) => {
      const plan = { ...job.plan, isWrapped };
      const key = `${job.exporter} ${isWrapped} ${JSON.stringify(job.request)}`;
      if (gzipLevel === null || guessBytes(plan) > SMALL_BYTES) return { uncompressedBytes: sizeOf(key, plan), packed: null };
      const known = packedBodies.get(key);
      if (known) return { uncompressedBytes: sizeOf(key, plan), packed: known };
      const document = Buffer.concat([...renderPlan(plan)]);
      const packed = gzipSync(document, { level: gzipLevel });
      sizes.set(key, document.length);
      keep(key, packed);
      return { uncompressedBytes: document.length, packed };
    },
  };
}

function guessBytes(plan: ResultPlan): number {
  const natural = plan.context.rows.by === "contact-type" ? OPENS_ROW_BYTES_GUESS : ROW_BYTES_GUESS;
  return plan.totalRecords * (plan.context.shape.rowBytes ?? natural);
}
