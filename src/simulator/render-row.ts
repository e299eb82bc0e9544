import { assertNever } from "../core/base/assert-never.ts";
import type { ResultPlan } from "./result-plan.ts";
import type { Value } from "./row-values.ts";

/** A column of padded rows. */
export interface ExtraColumn {
  readonly name: string;
  readonly value: string;
}

/** Renders one record as text, without the separator. */
export type RenderRow = (values: readonly Value[], extras?: readonly ExtraColumn[]) => string;

/** The text before, between and after the records of a document. */
export interface Envelope {
  readonly start: string;
  readonly separator: string;
  readonly end: string;
}

export function envelopeOf(plan: ResultPlan, extras: readonly string[] = []): Envelope {
  switch (plan.format) {
    case "JSON":
      return plan.isWrapped
        ? { start: '{"records": [\n', separator: ",\n", end: "\n]}\n" }
        : { start: "[\n", separator: ",\n", end: "\n]\n" };
    case "PIPE": {
      const header = ["#fields", ...plan.fields.map((field) => field.name), ...extras].join("|");
      return { start: plan.hasPipeHeader ? `${header}\n` : "", separator: "", end: "" };
    }
    case "XML":
      return {
        start: `<?xml version="1.0" encoding="UTF-8"?>\n<${plan.xml.root}>\n`,
        separator: "",
        end: `</${plan.xml.root}>\n`,
      };
    default:
      return assertNever(plan.format);
  }
}

export function createRowRenderer(plan: ResultPlan): RenderRow {
  switch (plan.format) {
    case "JSON":
      return renderJson(plan);
    case "PIPE":
      return (values, extras = []) => `${[...values.map(toPipe), ...extras.map((extra) => extra.value)].join("|")}\n`;
    case "XML":
      return renderXml(plan);
    default:
      return assertNever(plan.format);
  }
}

function renderJson(plan: ResultPlan): RenderRow {
  const keys = plan.fields.map((field) => `${JSON.stringify(field.name)}:`);
  return (values, extras = []) => {
    const members: string[] = [];
    values.forEach((value, index) => {
      if (plan.keepsEmpty || value !== "") members.push(`${keys[index] ?? ""}${toJson(value)}`);
    });
    for (const extra of extras) members.push(`${JSON.stringify(extra.name)}:${JSON.stringify(extra.value)}`);
    return `{${members.join(",")}}`;
  };
}

/** `openValue` is inserted as text, so that it keeps the four decimals that the vendor documents. */
function toJson(value: Value): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return `[${value.map((open) => `{"time":"${open.time}","openValue":${open.openValue}}`).join(",")}]`;
}

function toPipe(value: Value): string {
  return typeof value === "object" ? value.map((open) => `${open.time}=${open.openValue}`).join(" ") : String(value);
}

function renderXml(plan: ResultPlan): RenderRow {
  const names = plan.fields.map((field) => field.name);
  const { record } = plan.xml;
  return (values, extras = []) => {
    const elements = values.map((value, index) => toXml(names[index] ?? "", value)).join("");
    const more = extras.map((extra) => toXml(extra.name, extra.value)).join("");
    return `<${record}>${elements}${more}</${record}>\n`;
  };
}

function toXml(name: string, value: Value): string {
  if (typeof value === "object") {
    return value.map((open) => `<time>${open.time}</time><openValue>${open.openValue}</openValue>`).join("");
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

function escapeXml(text: string): string {
  return /[&<>]/.test(text) ? text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;") : text;
}
