import { assertNever } from "../core/assert-never.ts";
import type { OutputFormat } from "../core/exporter-catalog.ts";
import type { RecordCounter } from "../core/record-counter.ts";
import { createJsonRecordCounter } from "./json-record-counter.ts";
import { createPipeRecordCounter } from "./pipe-record-counter.ts";
import { createXmlRecordCounter } from "./xml-record-counter.ts";

export function createRecordCounter(format: OutputFormat): RecordCounter {
  switch (format) {
    case "JSON":
      return createJsonRecordCounter();
    case "PIPE":
      return createPipeRecordCounter();
    case "XML":
      return createXmlRecordCounter();
    default:
      return assertNever(format);
  }
}
