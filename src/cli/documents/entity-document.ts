import { z } from "zod";
import type { Entity } from "../../core/exports/entity.ts";
import type { DocumentOf } from "./document-of.ts";

/** An entity as `entities --json` prints it. */
export const entitySchema = z.strictObject({
  kind: z
    .enum(["mu", "ct", "bu", "eg"] satisfies Entity["kind"][])
    .describe("management unit, contact type, business unit or enterprise group, by WFM's short names"),
  id: z.number(),
  name: z.string(),
});

export function entityDocument({ kind, id, name }: Entity): DocumentOf<typeof entitySchema> {
  return { kind, id, name };
}
