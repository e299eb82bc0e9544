import { z } from "zod";
import { type Result, err, ok } from "../core/base/result.ts";
import type { WakeUp } from "../core/ports/wake-up.ts";

const PAYLOAD = z.object({ id: z.string().min(1).max(200).nullable() });

/** What BullMQ stores of a wake-up. The role is the name of its queue. */
export function toPayload({ id }: WakeUp): object {
  return { id };
}

/** The row that a payload names, or what is wrong with the payload. */
export function parsePayload(payload: unknown): Result<string | null, string> {
  const parsed = PAYLOAD.safeParse(payload);
  return parsed.success ? ok(parsed.data.id) : err(z.prettifyError(parsed.error).replaceAll("\n", " "));
}
