import { createDataShape, type DataShapeOptions } from "./data-shape.ts";
import { planResult, type SubmitBody } from "./result-plan.ts";

/** How many records a simulator with these options has for the request, over all its entities and dates. Makes no rows. */
export function expectedRecords(exporter: string, request: SubmitBody, options: DataShapeOptions = {}): number {
  return planResult(exporter, request, createDataShape(options)).totalRecords;
}
