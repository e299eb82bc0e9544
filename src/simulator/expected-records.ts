import { createDataShape, type DataShapeOptions } from "./data-shape.ts";
import { planResult, type SubmitBody } from "./result-plan.ts";

/** The number of records that a simulator with these options returns for the request. Renders no rows. */
export function expectedRecords(exporter: string, request: SubmitBody, options: DataShapeOptions = {}): number {
  return planResult(exporter, request, createDataShape(options)).totalRecords;
}
