import { z } from "zod";

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** What a command prints with `--json`, by the schema that is published for it. */
export type DocumentOf<Schema extends z.ZodType> = DeepReadonly<z.infer<Schema>>;

export const count = z.number().int().nonnegative();

export const time = z.iso.datetime();

export const interval = z.strictObject({ from: z.iso.date(), to: z.iso.date() }).meta({ id: "interval", description: "both inclusive" });

export const failureSchema = z
  .strictObject({
    reason: z.string().describe("a word for this kind of failure"),
    message: z.string().describe("what happened, to what, and what to do"),
  })
  .meta({ id: "failure" });

export const missing = z
  .array(
    z.strictObject({
      interval,
      entities: z.record(z.string(), z.array(z.number())).describe("ids by member of the request; empty: the request named none"),
      reason: z.string(),
      message: z.string(),
    }),
  )
  .describe("what was requested and has no result");
