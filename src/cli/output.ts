import { styleText } from "node:util";
import Table from "cli-table3";

type Style = "green" | "red" | "yellow" | "dim" | "bold";

/** Where a command writes. Results go to standard output and everything else to standard error. Only a terminal gets color. */
export interface Output {
  readonly isTerminal: boolean;
  line(text: string): void;
  json(value: unknown): void;
  note(text: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  style(style: Style, text: string): string;
}

export function createOutput(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  const isTerminal = stdout.isTTY;
  const style = (name: Style, text: string) => (isTerminal ? styleText(name, text) : text);
  const line = (text: string) => void stdout.write(`${text}\n`);
  return {
    isTerminal,
    line,
    style,
    json: (value) => line(JSON.stringify(value, null, 2)),
    note: (text) => void stderr.write(`${text}\n`),
    table: (head, rows) => {
      const table = new Table({
        head: head.map((title) => style("bold", title)),
        style: { head: [], border: [], compact: true },
        chars: LINES,
      });
      table.push(...rows.map((row) => [...row]));
      line(table.toString());
    },
  };
}

/** Columns without lines between them, so that people can read a table and tools can split it. */
const LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ",
};

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

export function formatTime(time: Date | null): string {
  return time ? time.toISOString().replace(/\.\d+Z$/, "Z") : "-";
}

export function formatInterval({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === to ? from : `${from}..${to}`;
}

export function quantity(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
