import { assertNever } from "../core/base/assert-never.ts";
import type { OutputFormat } from "../core/exporters/built-in-exporters.ts";
import { createJsonValueReader } from "./json-value-reader.ts";
import { createPipeValueReader } from "./pipe-value-reader.ts";
import type { OnValue, ValueReader } from "./value-reader.ts";
import { createXmlValueReader } from "./xml-value-reader.ts";

export function createValueReader(format: OutputFormat, columns: readonly string[] | null, onValue: OnValue): ValueReader {
  switch (format) {
    case "JSON":
      return createJsonValueReader(onValue);
    case "PIPE":
      return createPipeValueReader(columns, onValue);
    case "XML":
      return createXmlValueReader(onValue);
    default:
      return assertNever(format);
  }
}
