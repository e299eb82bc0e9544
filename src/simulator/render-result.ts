import { countPaddedBytes, PADDING_COLUMNS, renderPaddedCell } from "./padded-rows.ts";
import { createRowRenderer, type Envelope, envelopeOf } from "./render-row.ts";
import type { ResultPlan } from "./result-plan.ts";
import { makeRow, type Cell } from "./row-values.ts";

/** A range of records of a result, counted from 0. A page is a complete document. */
export interface RecordRange {
  readonly first: number;
  readonly count: number;
}

interface Slice {
  readonly cell: Cell;
  /** Rows of the cell, from `from` (0-based) up to, but not including, `to`. */
  readonly from: number;
  readonly to: number;
}

const CHUNK_CHARACTERS = 64 * 1024;

/** Renders the document lazily, in chunks of about 64 to 256 KiB. */
export function* renderPlan(plan: ResultPlan, range?: RecordRange): Generator<Buffer> {
  const slices = slicesOf(plan, range ?? { first: 0, count: plan.totalRecords });
  const isPadded = plan.context.shape.rowBytes !== null;
  const envelope = envelopeOf(plan, isPadded ? PADDING_COLUMNS : []);
  if (envelope.start) yield Buffer.from(envelope.start);
  yield* isPadded ? renderPadded(plan, slices) : renderNatural(plan, slices, envelope);
  if (envelope.end) yield Buffer.from(envelope.end);
}

/** The size of the whole document. It is calculated for padded results; other results are rendered to measure them. */
export function countDocumentBytes(plan: ResultPlan): number {
  if (plan.context.shape.rowBytes === null) {
    let bytes = 0;
    for (const chunk of renderPlan(plan)) bytes += chunk.length;
    return bytes;
  }
  const envelope = envelopeOf(plan, PADDING_COLUMNS);
  const frame = Buffer.byteLength(envelope.start) + Buffer.byteLength(envelope.end);
  return frame + countPaddedBytes(plan) - (plan.totalRecords === 0 ? 0 : envelope.separator.length);
}

function* renderPadded(plan: ResultPlan, slices: Iterable<Slice>): Generator<Buffer> {
  let isFirst = true;
  for (const { cell, from, to } of slices) {
    yield* renderPaddedCell(plan, cell, { from, to, isFirst });
    isFirst = false;
  }
}

function* renderNatural(plan: ResultPlan, slices: Iterable<Slice>, envelope: Envelope): Generator<Buffer> {
  const render = createRowRenderer(plan);
  let separator = "";
  let text = "";
  for (const { cell, from, to } of slices) {
    for (let index = from; index < to; index += 1) {
      text += separator + render(makeRow(plan.context, plan.fields, cell, index));
      separator = envelope.separator;
      if (text.length >= CHUNK_CHARACTERS) {
        yield Buffer.from(text);
        text = "";
      }
    }
  }
  if (text) yield Buffer.from(text);
}

/** Yields only slices that contain rows. */
function* slicesOf(plan: ResultPlan, range: RecordRange): Generator<Slice> {
  const end = range.first + range.count;
  let position = 0;
  for (const cell of plan.cells) {
    const from = Math.max(0, range.first - position);
    const to = Math.min(cell.records, end - position);
    if (from < to) yield { cell, from, to };
    position += cell.records;
  }
}
