import { describe, expect, it } from "vitest";
import { EXPORTERS, findExporter, useOf } from "../../../src/core/exporters/built-in-exporters.ts";
import { exporterDocument } from "../../../src/core/exporters/exporter-document.ts";

describe("the document about an exporter", () => {
  it("is what other programs read", () => {
    expect(exporterDocument(findExporter("mu-opens")!, "built-in")).toEqual({
      slug: "mu-opens",
      title: "MU Opens",
      source: "built-in",
      selector: "management-units",
      selectBy: ["muIds"],
      formats: ["XML", "JSON"],
      splitByDate: true,
      anyParameter: false,
      parameters: [{ name: "keepEmptyJsonFields", values: "true or false", use: { XML: "forbidden", JSON: "optional" } }],
    });
  });

  it("says that an exporter of the configuration accepts any parameter", () => {
    const exporter = { ...findExporter("ct-results")!, slug: "ours", parameters: {}, takesAnyParameter: true };
    expect(exporterDocument(exporter, "configuration")).toMatchObject({
      slug: "ours",
      source: "configuration",
      selectBy: ["buIds", "ctIds"],
      anyParameter: true,
      parameters: [],
    });
  });

  it.each(EXPORTERS)("lists every parameter of $slug with its use in each format", (exporter) => {
    const { parameters } = exporterDocument(exporter, "built-in");
    expect(parameters.map(({ name }) => name)).toEqual(Object.keys(exporter.parameters));
    for (const { name, use, values } of parameters) {
      expect(use).toEqual(Object.fromEntries(exporter.formats.map((format) => [format, useOf(exporter, name, format)])));
      expect(values).not.toBe("");
    }
  });
});
