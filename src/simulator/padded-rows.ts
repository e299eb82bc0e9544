import { createRandom, hashText } from "./seeded-random.ts";
import { createRowRenderer, envelopeOf, type ExtraColumn } from "./render-row.ts";
import type { ResultPlan } from "./result-plan.ts";
import { makeRow, type Cell } from "./row-values.ts";

const SEQUENCE_DIGITS = 10;
const BLOCK_BYTES = 256 * 1024;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ZERO = "0".charCodeAt(0);
/** Stands in the template where each copy has its sequence number. */
const ZERO_SEQUENCE = "0".repeat(SEQUENCE_DIGITS);

export const PADDING_COLUMNS: readonly string[] = ["sequence", "filler"];

/** A row of a cell that is rendered once. Its copies differ only in their sequence number. */
interface Template {
  /** The separator, followed by the row. */
  readonly bytes: Buffer;
  readonly separatorBytes: number;
  readonly sequenceAt: number;
}

/** The size of all rows, including a separator before each. The first row of a document has no separator. */
export function countPaddedBytes(plan: ResultPlan): number {
  return plan.cells.reduce((sum, cell) => sum + (cell.records === 0 ? 0 : createTemplate(plan, cell).bytes.length * cell.records), 0);
}

/**
 * Renders the rows of a cell from `from` (0-based) up to, but not including, `to`. With `isFirst`, the first row has no separator.
 * Each block is a new buffer, because the previous one may still be queued in a socket.
 */
export function* renderPaddedCell(plan: ResultPlan, cell: Cell, range: { from: number; to: number; isFirst: boolean }): Generator<Buffer> {
  if (range.to <= range.from) return;
  const template = createTemplate(plan, cell);
  const rowBytes = template.bytes.length;
  const rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / rowBytes));
  const pattern = repeat(template.bytes, Math.min(rowsPerBlock, range.to - range.from));
  for (let first = range.from; first < range.to; first += rowsPerBlock) {
    const rows = Math.min(rowsPerBlock, range.to - first);
    const block = Buffer.allocUnsafe(rows * rowBytes);
    pattern.copy(block, 0, 0, block.length);
    for (let row = 0; row < rows; row += 1) writeSequence(block, row * rowBytes + template.sequenceAt, first + row + 1);
    yield range.isFirst && first === range.from ? block.subarray(template.separatorBytes) : block;
  }
}

function createTemplate(plan: ResultPlan, cell: Cell): Template {
  const render = createRowRenderer(plan);
  const values = makeRow(plan.context, plan.fields, cell, 0);
  const bare = Buffer.byteLength(render(values, padding("")));
  const filler = fillerFor(plan, cell, Math.max(0, (plan.context.shape.rowBytes ?? 0) - bare));
  const separator = Buffer.from(envelopeOf(plan).separator);
  const bytes = Buffer.concat([separator, Buffer.from(render(values, padding(filler)))]);
  return { bytes, separatorBytes: separator.length, sequenceAt: bytes.lastIndexOf(ZERO_SEQUENCE, bytes.length - filler.length - 1) };
}

function padding(filler: string): ExtraColumn[] {
  return [
    { name: "sequence", value: ZERO_SEQUENCE },
    { name: "filler", value: filler },
  ];
}

function fillerFor(plan: ResultPlan, cell: Cell, length: number): string {
  const random = createRandom(hashText(`${plan.context.shape.seed}|${plan.context.exporter}|${cell.entityId}|${cell.date}|filler`));
  return Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
}

function repeat(bytes: Buffer, times: number): Buffer {
  return Buffer.alloc(bytes.length * times, bytes);
}

function writeSequence(block: Buffer, offset: number, sequence: number): void {
  let rest = sequence;
  for (let digit = offset + SEQUENCE_DIGITS - 1; rest > 0; digit -= 1) {
    block[digit] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
