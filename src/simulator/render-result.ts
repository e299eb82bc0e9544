import { createDataShape, type DataShapeOptions } from "./data-shape.ts";
import { countPaddedBytes, PADDING_COLUMNS, renderPaddedUnit } from "./padded-rows.ts";
import { createRowRenderer, type Envelope, envelopeOf } from "./render-row.ts";
import { planResult, type ResultPlan, type SubmitBody } from "./result-plan.ts";
import { makeRow, type Unit } from "./row-values.ts";

/** Which records of a result, from 0; a page is a whole document of its own. */
export interface RecordRange {
  readonly first: number;
  readonly count: number;
}

interface Slice {
  readonly unit: Unit;
  /** Rows of the unit, `from` (0-based) to before `to`. */
  readonly from: number;
  readonly to: number;
}

const CHUNK_CHARACTERS = 64 * 1024;

export interface RenderOptions extends DataShapeOptions {
  /** As under the fault `result.wrapped`. */
  readonly isWrapped?: boolean;
}

/** The uncompressed document that a simulator with these options serves for the request, byte for byte. */
export async function* renderResult(exporter: string, request: SubmitBody, options: RenderOptions = {}): AsyncGenerator<Buffer> {
  const plan = planResult(exporter, request, createDataShape(options));
  yield* renderPlan({ ...plan, isWrapped: options.isWrapped ?? false });
}

/** The document in pieces of about 64 to 256 KiB; nothing is made before it is asked for. */
export function* renderPlan(plan: ResultPlan, range?: RecordRange): Generator<Buffer> {
  const slices = slicesOf(plan, range ?? { first: 0, count: plan.totalRecords });
  const isPadded = plan.context.shape.rowBytes !== null;
  const envelope = envelopeOf(plan, isPadded ? PADDING_COLUMNS : []);
  if (envelope.start) yield Buffer.from(envelope.start);
  yield* isPadded ? renderPadded(plan, slices) : renderNatural(plan, slices, envelope);
  if (envelope.end) yield Buffer.from(envelope.end);
}

/** How long the whole document is. Padded results are only reckoned, whatever their size; others are made and counted. */
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
  for (const { unit, from, to } of slices) {
    yield* renderPaddedUnit(plan, unit, { from, to, isFirst });
    isFirst = false;
  }
}

function* renderNatural(plan: ResultPlan, slices: Iterable<Slice>, envelope: Envelope): Generator<Buffer> {
  const render = createRowRenderer(plan);
  let separator = "";
  let text = "";
  for (const { unit, from, to } of slices) {
    for (let index = from; index < to; index += 1) {
      text += separator + render(makeRow(plan.context, plan.fields, unit, index));
      separator = envelope.separator;
      if (text.length >= CHUNK_CHARACTERS) {
        yield Buffer.from(text);
        text = "";
      }
    }
  }
  if (text) yield Buffer.from(text);
}

/** Only slices that hold rows. */
function* slicesOf(plan: ResultPlan, range: RecordRange): Generator<Slice> {
  const end = range.first + range.count;
  let position = 0;
  for (const unit of plan.units) {
    const from = Math.max(0, range.first - position);
    const to = Math.min(unit.records, end - position);
    if (from < to) yield { unit, from, to };
    position += unit.records;
  }
}
