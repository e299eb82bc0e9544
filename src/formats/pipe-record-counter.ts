import type { ResultFailure } from "../core/base/failure.ts";
import type { RecordCounter } from "../core/ports/record-counter.ts";
import { type Err, err, ok } from "../core/base/result.ts";

const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = 0x23;
const BAR = 0x7c;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const FIELDS_HEADER = "#fields";

/** What is known of the line that is being read. */
interface Line {
  /** Where it begins in the document. */
  at: number;
  bytes: number;
  bars: number;
  first: number;
  last: number;
  /** The first bytes of a line that starts with `#`, as far as they tell a header of fields. */
  head: string;
}

/** What is known of the lines before it. */
interface Table {
  lines: number;
  records: number;
  /** How many bars a record may have, `fewestBars` to `mostBars`; both are `null` until a line has shown it. */
  fewestBars: number | null;
  mostBars: number | null;
  hasBlankLine: boolean;
  /** Where the first and the last record begin. */
  firstAt: number;
  lastAt: number;
}

/** What all records have in common. */
type Columns = Pick<Table, "fewestBars" | "mostBars">;

const UNKNOWN_COLUMNS: Columns = { fewestBars: null, mostBars: null };

/**
 * Records are the lines that do not start with `#`. Each of them ends with a new line, and has as many fields as the others and as the
 * `#fields` header, if there is one. Blank lines are allowed only at the very end, and do not count. An empty document is a table without
 * records.
 */
export function createPipeRecordCounter({ fewestBars, mostBars }: Columns = UNKNOWN_COLUMNS): RecordCounter {
  const table: Table = { lines: 0, records: 0, fewestBars, mostBars, hasBlankLine: false, firstAt: 0, lastAt: 0 };
  const line: Line = { at: 0, bytes: 0, bars: 0, first: 0, last: 0, head: "" };
  let position = 0;
  let markLength = 0;
  let failed: Err<ResultFailure> | null = null;

  function read(chunk: Uint8Array, from: number): string | null {
    let start = from;
    while (start < chunk.length) {
      const at = chunk.indexOf(NEW_LINE, start);
      if (at === -1) {
        extend(line, chunk, start, chunk.length);
        return null;
      }
      extend(line, chunk, start, at);
      const refused = closeLine(line, table);
      if (refused !== null) return refused;
      start = at + 1;
      clear(line, position + start);
    }
    return null;
  }

  return {
    push(chunk) {
      if (failed) return failed;
      let from = 0;
      while (table.lines === 0 && line.bytes === 0 && from < chunk.length && chunk[from] === BYTE_ORDER_MARK[markLength]) {
        from += 1;
        markLength += 1;
        line.at += 1;
      }
      const refused = read(chunk, from);
      position += chunk.length;
      if (refused === null) return ok(undefined);
      failed = err({ reason: "document-malformed", detail: `line ${table.lines} ${refused}` });
      return failed;
    },
    end() {
      if (failed) return failed;
      if (line.bytes === 0 && (markLength === 0 || markLength === BYTE_ORDER_MARK.length)) return ok(table.records);
      return err({ reason: "document-cut", detail: `line ${table.lines + 1} does not end with a new line` });
    },
    openingBytes: () => (table.records === 0 ? null : table.firstAt),
    lastStart: () => (table.records === 0 ? null : { records: table.records - 1, bytes: table.lastAt }),
    forPage: () => createPipeRecordCounter(table),
  };
}

function clear(line: Line, at: number): void {
  line.at = at;
  line.bytes = 0;
  line.bars = 0;
  line.head = "";
}

function extend(line: Line, chunk: Uint8Array, from: number, to: number): void {
  if (from === to) return;
  if (line.bytes === 0) line.first = chunk[from] ?? 0;
  if (line.first === HASH && line.head.length <= FIELDS_HEADER.length) {
    const more = FIELDS_HEADER.length + 1 - line.head.length;
    line.head += String.fromCharCode(...chunk.subarray(from, Math.min(to, from + more)));
  }
  line.bytes += to - from;
  line.last = chunk[to - 1] ?? 0;
  line.bars += countBars(chunk, from, to);
}

/** Has no branch per byte, because fields are short and the processor would predict their ends wrongly. */
function countBars(chunk: Uint8Array, from: number, to: number): number {
  let bars = 0;
  for (let index = from; index < to; index += 1) bars += (((chunk[index] as number) ^ BAR) - 1) >>> 31;
  return bars;
}

/** What is wrong with the line that just ended, or `null`. */
function closeLine(line: Line, table: Table): string | null {
  table.lines += 1;
  if (line.bytes === 0 || (line.bytes === 1 && line.last === CARRIAGE_RETURN)) {
    table.hasBlankLine = true;
    return null;
  }
  if (table.hasBlankLine) return "follows a blank line";
  if (line.first === HASH) {
    readHeader(line, table);
    return null;
  }
  if (table.records === 0) table.firstAt = line.at;
  table.lastAt = line.at;
  table.records += 1;
  const { bars } = line;
  const { fewestBars, mostBars } = table;
  if (bars === fewestBars && bars === mostBars) return null;
  if (fewestBars !== null && mostBars !== null && (bars < fewestBars || bars > mostBars)) {
    return `has ${bars + 1} fields instead of ${mostBars + 1}`;
  }
  table.fewestBars = bars;
  table.mostBars = bars;
  return null;
}

/** The vendor does not document whether `#fields` is a column of its own. If a bar follows it, both readings are accepted. */
function readHeader({ head, bars }: Line, table: Table): void {
  if (!head.startsWith(FIELDS_HEADER) || table.mostBars !== null) return;
  table.fewestBars = head === `${FIELDS_HEADER}|` ? bars - 1 : bars;
  table.mostBars = bars;
}
