import { z } from "zod";
import { suggestName } from "./nearest-name.ts";

/** The building blocks of the file's schema: each says, in the file's words, what is wrong and what would be right. */

interface Seen {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** zod's option for the message of a missing or mistyped value. `right` completes "write ...". */
export function expecting(right: string): { readonly error: (seen: Seen) => string } {
  return { error: ({ input }) => `${input === undefined ? "is missing" : `is ${kindOf(input)}`}; write ${right}` };
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "boolean" ? String(value) : `a ${typeof value === "string" ? "text" : typeof value}`;
}

/** A text that is not empty; `explain` says what else is wrong with it, or `null`. */
export function text(right: string, explain: (value: string) => string | null = () => null) {
  return z
    .string(expecting(right))
    .superRefine((value, context) => {
      const message = explainText(value, right) ?? explain(value);
      if (message !== null) context.addIssue({ code: "custom", message });
    })
    .meta({ minLength: 1 });
}

function explainText(value: string, right: string): string | null {
  if (value.trim() === "") return `is empty; write ${right}`;
  return value.includes("${") ? `reads no variables: only userName and password do; write ${right}` : null;
}

export function wholeNumber(min: number, max: number) {
  const right = `a whole number from ${min} to ${max}`;
  const error = (seen: Seen) => {
    if (typeof seen.input === "number") return `is not ${right}`;
    return `${expecting(right).error(seen)}${typeof seen.input === "string" ? ", without quotes" : ""}`;
  };
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** One of a few words. `what` completes `"x" is not ...`. */
export function oneOf<const Words extends readonly string[]>(words: Words, what: string) {
  return z.enum(words, { error: (seen) => explainWord(seen, words, what) });
}

export function explainWord(seen: Seen, words: readonly string[], what: string): string {
  const { input } = seen;
  if (typeof input !== "string" || input === "")
    return expecting(words.length > 5 ? `${what}, such as ${words[0]}` : `one of ${words.join(", ")}`).error(seen);
  return `${quote(input)} is not ${what}; ${suggestName(input, words)}`;
}

/** Long or multi-line values would drown the message. */
export function quote(value: string): string {
  const short = value.replaceAll(/\s+/g, " ");
  return `"${short.length > 60 ? `${short.slice(0, 60)}…` : short}"`;
}

/**
 * A mapping that knows all its keys. zod reports the unknown keys of one mapping as one issue: the lines of its message
 * belong to its keys, in order.
 */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, right: string) {
  const known = Object.keys(shape);
  const { error } = expecting(right);
  return z.strictObject(shape, {
    error: (seen) =>
      seen.code === "unrecognized_keys" ? seen.keys.map((key) => `is not known here; ${suggestName(key, known)}`).join("\n") : error(seen),
  });
}

export const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** A mapping from names that the user chooses. The names themselves are checked apart, so that a bad one hides nothing below it. */
export function named<Value extends z.ZodType>(value: Value, right: string) {
  return z.record(z.string(), value, expecting(right)).meta({ propertyNames: { pattern: NAME.source } });
}

type Fields<Shape extends z.ZodRawShape> = { readonly [Key in keyof Shape]?: z.output<Shape[Key]> };

/** The fields of a mapping that are right by themselves, whatever is wrong with the others. */
export function parseFields<Shape extends z.ZodRawShape>({ shape }: z.ZodObject<Shape>, raw: unknown): Fields<Shape> {
  if (!isMapping(raw)) return {};
  const parsed = Object.entries(shape).map(([key, schema]) => [key, z.safeParse(schema, raw[key])] as const);
  return Object.fromEntries(parsed.flatMap(([key, field]) => (field.success ? [[key, field.data]] : []))) as Fields<Shape>;
}

export function isMapping(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

export function entriesOf(raw: unknown): [string, unknown][] {
  return isMapping(raw) ? Object.entries(raw) : [];
}
