import { gzipSync } from "node:zlib";
import type { SimulatedJob } from "./job-table.ts";
import { countDocumentBytes, renderPlan } from "./render-result.ts";
import type { ResultPlan } from "./result-plan.ts";

interface CachedResult {
  readonly uncompressedBytes: number;
  /** `null` for large results. They are compressed while they are sent, and the simulator does not announce their compressed size. */
  readonly gzipped: Buffer | null;
}

export interface ResultCache {
  get(job: SimulatedJob, isWrapped: boolean): CachedResult;
}

const MAX_RESULT_BYTES = 4 * 1024 * 1024;
const MAX_CACHE_BYTES = 32 * 1024 * 1024;
const MAX_CACHED_SIZES = 20_000;
const ESTIMATED_ROW_BYTES = 320;
const ESTIMATED_OPENS_ROW_BYTES = 10_000;

/** Renders equal requests only once, because they have equal results. The oldest results are evicted when the cache is full. */
export function createResultCache(gzipLevel: number | null): ResultCache {
  const bodies = new Map<string, Buffer>();
  const sizes = new Map<string, number>();
  let cachedBytes = 0;

  const store = (key: string, gzipped: Buffer) => {
    bodies.set(key, gzipped);
    cachedBytes += gzipped.length;
    for (const [oldest, body] of bodies) {
      if (cachedBytes <= MAX_CACHE_BYTES || oldest === key) break;
      bodies.delete(oldest);
      cachedBytes -= body.length;
    }
  };

  const sizeOf = (key: string, plan: ResultPlan) => {
    const size = sizes.get(key) ?? countDocumentBytes(plan);
    if (sizes.size >= MAX_CACHED_SIZES) sizes.clear();
    sizes.set(key, size);
    return size;
  };

  return {
    get: (job, isWrapped) => {
      const plan = { ...job.plan, isWrapped };
      const key = `${job.exporter} ${isWrapped} ${JSON.stringify(job.request)}`;
      if (gzipLevel === null || estimateBytes(plan) > MAX_RESULT_BYTES) return { uncompressedBytes: sizeOf(key, plan), gzipped: null };
      const cached = bodies.get(key);
      if (cached) return { uncompressedBytes: sizeOf(key, plan), gzipped: cached };
      const document = Buffer.concat([...renderPlan(plan)]);
      const gzipped = gzipSync(document, { level: gzipLevel });
      sizes.set(key, document.length);
      store(key, gzipped);
      return { uncompressedBytes: document.length, gzipped };
    },
  };
}

function estimateBytes(plan: ResultPlan): number {
  const estimated = plan.context.rows.by === "contact-type" ? ESTIMATED_OPENS_ROW_BYTES : ESTIMATED_ROW_BYTES;
  return plan.totalRecords * (plan.context.shape.rowBytes ?? estimated);
}
