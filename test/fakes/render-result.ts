import { createDataShape, type DataShapeOptions } from "../../src/simulator/data-shape.ts";
import { renderPlan } from "../../src/simulator/render-result.ts";
import { planResult, type SubmitBody } from "../../src/simulator/result-plan.ts";

export interface RenderOptions extends DataShapeOptions {
  /** Has the same effect as the fault `result.wrapped`. */
  readonly isWrapped?: boolean;
}

/** Renders the exact uncompressed document that a simulator with these options sends for the request. */
export async function* renderResult(exporter: string, request: SubmitBody, options: RenderOptions = {}): AsyncGenerator<Buffer> {
  const plan = planResult(exporter, request, createDataShape(options));
  yield* renderPlan({ ...plan, isWrapped: options.isWrapped ?? false });
}
