import { z } from "zod";

import type { JobId } from "../core/ids.ts";
import type { Canary, Message, QueueName } from "../core/message.ts";
import { err, ok, type Result } from "../core/result.ts";

export type MessageOf<Q extends QueueName> = Extract<Message, { queue: Q }>;

const jobId = z.guid().transform((id) => id as JobId);
const count = z.int().nonnegative();

const SCHEMAS = {
  schedule: z.object({ queue: z.literal("schedule"), beat: count }),
  submit: z.object({ queue: z.literal("submit"), jobId, version: count }),
  watch: z.object({ queue: z.literal("watch"), connection: z.string().min(1), lookAt: count }),
  archive: z.object({ queue: z.literal("archive"), jobId, version: count }),
  maintain: z.object({ queue: z.literal("maintain"), beat: count }),
} satisfies { readonly [Q in QueueName]: z.ZodType<MessageOf<Q>> };

const CANARY = z.object({ canary: z.guid(), beat: count, shot: count });

/** What is stored of a message; the queue's name is known from where it lies. */
export function toPayload(message: Message | Canary): object {
  const { queue: _, ...payload } = message;
  return payload;
}

/** The message that a payload means, or what is wrong with it. */
export function parsePayload<Q extends QueueName>(queue: Q, payload: unknown): Result<MessageOf<Q> | Canary, string> {
  const canary = CANARY.safeParse(payload);
  if (canary.success) return ok({ ...canary.data, queue });
  const schema: z.ZodType<MessageOf<QueueName>> = SCHEMAS[queue];
  const parsed = schema.safeParse(typeof payload === "object" ? { ...payload, queue } : payload);
  return parsed.success ? ok(parsed.data as MessageOf<Q>) : err(z.prettifyError(parsed.error).replaceAll("\n", " "));
}
