import { TextDecoder } from "node:util";
import { MAX_PENDING_BYTES, type OnValue, type ValueReader } from "./value-reader.ts";

const FIELDS_HEADER = "#fields";

/**
 * Cells, with the names of the `#fields` header or, without one, of the columns that are known from the request. Without either, and for
 * lines with another number of cells, no values are reported.
 */
export function createPipeValueReader(columns: readonly string[] | null, onValue: OnValue): ValueReader {
  const decoder = new TextDecoder("utf-8");
  let names = columns;
  let rest = "";
  const readLine = (line: string): void => {
    if (line.startsWith(FIELDS_HEADER))
      names = line
        .slice(FIELDS_HEADER.length)
        .replace(/^[|\s]/, "")
        .split("|");
    if (line.startsWith("#") || line === "" || names === null) return;
    const cells = line.split("|");
    // The vendor does not document whether `#fields` is a column of its own. If it is, the names begin with the second cell.
    const shift = cells.length - names.length;
    if (shift !== 0 && shift !== 1) return;
    for (const [index, name] of names.entries()) onValue(name, cells[index + shift] ?? "");
  };
  return {
    push(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) readLine(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (rest.length > MAX_PENDING_BYTES) throw new Error(`a line is longer than ${MAX_PENDING_BYTES} characters`);
    },
  };
}
