import { TextDecoder } from "node:util";
import { MAX_PENDING_BYTES, type OnValue, type ValueReader } from "./value-reader.ts";

const FIELDS_HEADER = "#fields";

/**
 * Cells, under the names of the `#fields` header or, where there is none, of the columns that are known otherwise. Without either,
 * and where a line has another number of cells, nothing is known.
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
    // Whether the word `#fields` is a column of its own is not documented: then the names begin with the second cell.
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
