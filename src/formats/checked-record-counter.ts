import type { OutputFormat } from "../core/exporters/built-in-exporters.ts";
import { errorMessage } from "../core/base/error-message.ts";
import type { ResultFailure } from "../core/base/failure.ts";
import type { RecordCounter, ValueCheck } from "../core/ports/record-counter.ts";
import { type Err, err } from "../core/base/result.ts";
import { createValueReader } from "./create-value-reader.ts";

/** Counts like `counter`, and checks every value. It reads each byte twice, which is acceptable because it is rarely used. */
export function createCheckedRecordCounter(counter: RecordCounter, format: OutputFormat, check: ValueCheck): RecordCounter {
  let failed: Err<ResultFailure> | null = null;
  const reader = createValueReader(format, check.columns, (name, value) => {
    const failure = failed ? null : check.check(name, value);
    if (failure) failed = err(failure);
  });
  return {
    push(chunk) {
      if (failed) return failed;
      const counted = counter.push(chunk);
      if (!counted.ok) return counted;
      try {
        reader.push(chunk);
      } catch (error) {
        failed ??= err({ reason: "document-malformed", detail: errorMessage(error) });
      }
      return failed ?? counted;
    },
    end: () => failed ?? counter.end(),
    openingBytes: () => counter.openingBytes(),
    lastStart: () => counter.lastStart(),
    forPage: () => createCheckedRecordCounter(counter.forPage(), format, check),
  };
}
