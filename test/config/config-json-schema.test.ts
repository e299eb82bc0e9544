import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/config-json-schema.ts";
import { EXPORTERS } from "../../src/core/exporter-catalog.ts";
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

const folder = new URL("../../src/config/", import.meta.url);
const schema = configJsonSchema() as JsonSchema;

test("the checked-in schema is current", () => {
  const stored: unknown = JSON.parse(readFileSync(new URL("nightferry.schema.json", folder), "utf8"));
  const regenerate = "write it again: node --import tsx src/config/write-schema.ts && npm run format";
  expect(stored, regenerate).toEqual(JSON.parse(JSON.stringify(schema)));
});

test("editors can offer every exporter, and let through those that the file adds", () => {
  const exports = schema.properties?.["exports"]?.additionalProperties as JsonSchema;
  const [offered, others] = exports.properties?.["exporter"]?.anyOf ?? [];
  expect(offered?.enum).toEqual(EXPORTERS.map(({ slug }) => slug));
  expect("agent-adherence-attribute-detail").toMatch(new RegExp(others?.pattern ?? "^$"));
});

/** The keys of `value` that no alternative of the schema has, and those that it demands and misses. */
function strangers(value: unknown, { anyOf, oneOf, ...own }: JsonSchema, path: string): string[] {
  const alternatives = anyOf ?? oneOf;
  if (alternatives) {
    const found = alternatives.map((alternative) => strangers(value, alternative, path));
    return found.find((list) => list.length === 0) ?? found[0] ?? [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => strangers(item, own.items ?? {}, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return own.enum && !own.enum.includes(value) ? [path] : [];
  const missing = (own.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key}`);
  const inside = Object.entries(value).flatMap(([key, inner]) => {
    const known = own.properties?.[key] ?? own.additionalProperties;
    return typeof known === "object" ? strangers(inner, known, `${path}.${key}`) : [`${path}.${key}`];
  });
  return [...missing, ...inside];
}

test.each([
  ["the example", readFileSync(new URL("example.yaml", folder), "utf8")],
  ["the base", BASE],
])("the schema knows every key of %s", (_, text) => {
  expect(strangers(parse(text), schema, "$")).toEqual([]);
});

test("the schema knows no misspelled key", () => {
  expect(strangers(parse(BASE.replace("customerId", "customerID")), schema, "$")).toEqual([
    "$.connections.acme.customerId",
    "$.connections.acme.customerID",
  ]);
});

test("every key has a description", () => {
  const undescribed: string[] = [];
  const walk = (at: JsonSchema, path: string) => {
    for (const [key, inner] of Object.entries(at.properties ?? {})) {
      const isVendors = path.endsWith(".parameters");
      if (!isVendors && inner.description === undefined) undescribed.push(`${path}.${key}`);
      walk(inner, `${path}.${key}`);
    }
    if (typeof at.additionalProperties === "object") walk(at.additionalProperties, `${path}.*`);
  };
  walk(schema, "$");
  expect(undescribed).toEqual([]);
});
