import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/config-json-schema.ts";
import { EXPORTERS } from "../../src/core/exporters/built-in-exporters.ts";
import { BASE } from "./base-config.ts";

interface JsonSchema {
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const directory = new URL("../../src/config/", import.meta.url);
const schema = configJsonSchema() as JsonSchema;

test("the checked-in schema is up to date", () => {
  const stored: unknown = JSON.parse(readFileSync(new URL("nightferry.schema.json", directory), "utf8"));
  const regenerate = "regenerate it: node --import tsx src/config/write-schema.ts && npm run format";
  expect(stored, regenerate).toEqual(JSON.parse(JSON.stringify(schema)));
});

test("offers every built-in exporter to editors, and accepts configured ones", () => {
  const exports = schema.properties?.["exports"]?.additionalProperties as JsonSchema;
  const [offered, others] = exports.properties?.["exporter"]?.anyOf ?? [];
  expect(offered?.enum).toEqual(EXPORTERS.map(({ slug }) => slug));
  expect("agent-adherence-attribute-detail").toMatch(new RegExp(others?.pattern ?? "^$"));
});

/** The paths in `value` that the schema does not know, and the required keys that are missing. */
function mismatches(value: unknown, { anyOf, oneOf, ...own }: JsonSchema, path: string): string[] {
  const alternatives = anyOf ?? oneOf;
  if (alternatives) {
    const found = alternatives.map((alternative) => mismatches(value, alternative, path));
    return found.find((list) => list.length === 0) ?? found[0] ?? [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => mismatches(item, own.items ?? {}, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return own.enum && !own.enum.includes(value) ? [path] : [];
  const missing = (own.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key}`);
  const inside = Object.entries(value).flatMap(([key, inner]) => {
    const known = own.properties?.[key] ?? own.additionalProperties;
    return typeof known === "object" ? mismatches(inner, known, `${path}.${key}`) : [`${path}.${key}`];
  });
  return [...missing, ...inside];
}

test.each([
  ["the example", readFileSync(new URL("example.yaml", directory), "utf8")],
  ["the base", BASE],
])("accepts every key of %s", (_, text) => {
  expect(mismatches(parse(text), schema, "$")).toEqual([]);
});

test("rejects a misspelled key", () => {
  expect(mismatches(parse(BASE.replace("customerId", "customerID")), schema, "$")).toEqual([
    "$.connections.acme.customerId",
    "$.connections.acme.customerID",
  ]);
});

test("describes every key", () => {
  const undescribed: string[] = [];
  const walk = (at: JsonSchema, path: string) => {
    for (const [key, inner] of Object.entries(at.properties ?? {})) {
      const isParameters = path.endsWith(".parameters");
      if (!isParameters && inner.description === undefined) undescribed.push(`${path}.${key}`);
      walk(inner, `${path}.${key}`);
    }
    if (typeof at.additionalProperties === "object") walk(at.additionalProperties, `${path}.*`);
  };
  walk(schema, "$");
  expect(undescribed).toEqual([]);
});
