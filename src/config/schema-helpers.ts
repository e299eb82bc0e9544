import { z } from "zod";
import { suggestName } from "./nearest-name.ts";

/** The building blocks of the schema. Their messages say what is wrong and what to write, in the terms of the file. */

interface Seen {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** zod's `error` option for a missing or mistyped value. `expected` completes the sentence "write ...". */
export function expecting(expected: string): { readonly error: (seen: Seen) => string } {
  return { error: ({ input }) => `${input === undefined ? "is missing" : `is ${kindOf(input)}`}; write ${expected}` };
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "boolean" ? String(value) : `a ${typeof value}`;
}

/** A string that is not empty. `explain` returns what else is wrong with it, or `null`. */
export function text(expected: string, explain: (value: string) => string | null = () => null) {
  return z
    .string(expecting(expected))
    .superRefine((value, context) => {
      const message = explainText(value, expected) ?? explain(value);
      if (message !== null) context.addIssue({ code: "custom", message });
    })
    .meta({ minLength: 1 });
}

function explainText(value: string, expected: string): string | null {
  if (value.trim() === "") return `is empty; write ${expected}`;
  return value.includes("${") ? `cannot use \${...}; only userName, password and webhook can; write ${expected}` : null;
}

export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  const error = (seen: Seen) => {
    if (typeof seen.input === "number") return `is not ${expected}`;
    return `${expecting(expected).error(seen)}${typeof seen.input === "string" ? ", without quotes" : ""}`;
  };
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** One of a few words. `what` completes the sentence `"x" is not ...`. */
export function oneOf<const Words extends readonly string[]>(words: Words, what: string) {
  return z.enum(words, { error: (seen) => explainWord(seen, words, what) });
}

export function explainWord(seen: Seen, words: readonly string[], what: string): string {
  const { input } = seen;
  if (typeof input !== "string" || input === "")
    return expecting(words.length > 5 ? `${what}, such as ${words[0]}` : `one of ${words.join(", ")}`).error(seen);
  return `${quote(input)} is not ${what}; ${suggestName(input, words)}`;
}

/** Shortens the value, because a long or multi-line value would bury the message. */
export function quote(value: string): string {
  const short = value.replaceAll(/\s+/g, " ");
  return `"${short.length > 60 ? `${short.slice(0, 60)}…` : short}"`;
}

/**
 * A mapping without unknown keys. zod reports all unknown keys of a mapping as one issue, so the message has one line per key, in the
 * order of the keys.
 */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, expected: string) {
  const known = Object.keys(shape);
  const { error } = expecting(expected);
  return z.strictObject(shape, {
    error: (seen) =>
      seen.code === "unrecognized_keys" ? seen.keys.map((key) => `unknown key; ${suggestName(key, known)}`).join("\n") : error(seen),
  });
}

export const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** A mapping whose keys are names that the user chooses. They are checked elsewhere, so that a bad name hides no problem inside its entry. */
export function named<Value extends z.ZodType>(value: Value, expected: string) {
  return z.record(z.string(), value, expecting(expected)).meta({ propertyNames: { pattern: NAME.source } });
}

type Fields<Shape extends z.ZodRawShape> = { readonly [Key in keyof Shape]?: z.output<Shape[Key]> };

/** The valid fields of a mapping. Invalid and missing fields are left out. */
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
