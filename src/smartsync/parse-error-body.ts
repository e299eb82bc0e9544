import { isRecord, parseJson, toText, type JsonRecord } from "./json-members.ts";

/** What the server says went wrong: `{ message, status, details? }` wherever it was seen. */
export interface ErrorBody {
  readonly message: string | null;
  readonly details: readonly string[];
}

/** Anything else than the vendor's shape says nothing: web pages are not repeated. */
export function parseErrorBody(text: string): ErrorBody {
  const body = parseJson(text);
  if (!isRecord(body)) return { message: null, details: [] };
  const details: unknown = body["details"];
  // A list among the sentences can only belong to one of them, such as ids to their refusal.
  const list: unknown[] = Array.isArray(details) ? details.flat() : [details];
  return { message: readSentence(body["message"]), details: list.map(readSentence).filter((detail) => detail !== null) };
}

/** Whether a record is an error although it came where a list was due: its `details` are no entries. */
export function hasErrorShape(record: JsonRecord): boolean {
  return typeof record["message"] === "string" && typeof record["status"] === "number";
}

function readSentence(value: unknown): string | null {
  const text = toText(isRecord(value) ? value["message"] : typeof value === "number" ? String(value) : value);
  return text === null ? null : tidy(text);
}

const LONGEST = 1000;

/** One line of limited length: control characters could steer a terminal, and a hostile server could send megabytes. */
export function tidy(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.slice(0, 2 * LONGEST).replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
