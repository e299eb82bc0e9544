import { assertNever } from "../core/base/assert-never.ts";
import type { OutputFormat } from "../core/exporters/built-in-exporters.ts";
import type { RecordCounter, ValueCheck } from "../core/ports/record-counter.ts";
import { createCheckedRecordCounter } from "./checked-record-counter.ts";
import { createJsonRecordCounter } from "./json-record-counter.ts";
import { createPipeRecordCounter } from "./pipe-record-counter.ts";
import { createXmlRecordCounter } from "./xml-record-counter.ts";

export function createRecordCounter(format: OutputFormat, check?: ValueCheck): RecordCounter {
  const counter = createCounter(format);
  return check ? createCheckedRecordCounter(counter, format, check) : counter;
}

function createCounter(format: OutputFormat): RecordCounter {
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
