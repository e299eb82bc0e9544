import { isRecord, parseJson, toText, type JsonRecord } from "./json-members.ts";

/** The vendor's error body: `{ message, status, details? }`. */
export interface ErrorBody {
  readonly message: string | null;
  readonly details: readonly string[];
}

/** Returns an empty error for any other body, so that a web page never becomes part of a failure. */
export function parseErrorBody(text: string): ErrorBody {
  const body = parseJson(text);
  if (!isRecord(body)) return { message: null, details: [] };
  const details: unknown = body["details"];
  // A nested list belongs to one of the sentences, such as the ids that the login may not view.
  const list: unknown[] = Array.isArray(details) ? details.flat() : [details];
  return { message: readSentence(body["message"]), details: list.map(readSentence).filter((detail) => detail !== null) };
}

/** Whether a record is an error body. Its `details` must not be taken for a list of jobs or entities. */
export function hasErrorShape(record: JsonRecord): boolean {
  return typeof record["message"] === "string" && typeof record["status"] === "number";
}

function readSentence(value: unknown): string | null {
  const text = toText(isRecord(value) ? value["message"] : typeof value === "number" ? String(value) : value);
  return text === null ? null : tidy(text);
}

const MAX_LENGTH = 1000;

/** One line of limited length. Control characters could manipulate a terminal, and a server could send megabytes. */
export function tidy(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.slice(0, 2 * MAX_LENGTH).replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
