import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { errorMessage } from "../core/base/error-message.ts";
import type { ResultFailure } from "../core/base/failure.ts";
import type { RecordCounter, RecordStart } from "../core/ports/record-counter.ts";
import { type Err, err, ok } from "../core/base/result.ts";
import { createByteRuler } from "./byte-ruler.ts";

const MAX_DEPTH = 512;
/** The parser holds a comment, an attribute or a declaration in memory until it ends. The vendor's are far smaller. */
const MAX_MARKUP_CHARACTERS = 16 * 1024 * 1024;

/**
 * Records are the children of the root element, whatever their names. The document is UTF-8. A document type declaration is refused, so
 * that only XML's own five entities and character references can occur.
 */
export function createXmlRecordCounter(): RecordCounter {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const walk = createWalk();
  let failed: Err<ResultFailure> | null = null;

  function feed(bytes: Uint8Array): string | null {
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      return "it is not UTF-8";
    }
    return walk.feed(text);
  }

  return {
    push(chunk) {
      if (failed) return failed;
      const refused = feed(chunk);
      if (refused === null) return ok(undefined);
      failed = err({ reason: "document-malformed", detail: `the XML document cannot be read: ${refused}` });
      return failed;
    },
    end() {
      if (failed) return failed;
      const missing = describeMissingEnd(decoder, walk);
      if (missing === null) return ok(walk.records());
      failed = err({ reason: "document-cut", detail: `the XML document has no end: ${missing}` });
      return failed;
    },
    openingBytes: () => walk.firstStart()?.bytes ?? null,
    lastStart: () => walk.lastStart(),
    forPage: createXmlRecordCounter,
  };
}

interface Walk {
  /** What is wrong with the document, or `null`. */
  feed(text: string): string | null;
  /** What is missing at the document's end, or `null`. */
  close(): string | null;
  records(): number;
  firstStart(): RecordStart | null;
  lastStart(): RecordStart | null;
}

/** A record's tag as the parser reports it, when it has read the character after the name. */
interface Tag {
  readonly name: string;
  readonly position: number;
  readonly records: number;
}

function createWalk(): Walk {
  const parser = new SaxesParser();
  const ruler = createByteRuler();
  let firstTag: Tag | null = null;
  let lastTag: Tag | null = null;
  let firstStart: RecordStart | null = null;
  let lastStart: RecordStart | null = null;
  let depth = 0;
  let records = 0;
  let withoutTag = 0;
  let refused: string | null = null;
  parser.on("doctype", () => {
    refused ??= "it has a document type declaration";
  });
  parser.on("opentagstart", ({ name }) => {
    if (depth !== 1) return;
    lastTag = { name, position: parser.position, records };
    firstTag ??= lastTag;
  });
  parser.on("opentag", () => {
    depth += 1;
    withoutTag = 0;
    if (depth === 2) records += 1;
    if (depth > MAX_DEPTH) refused ??= `it is nested deeper than ${MAX_DEPTH} levels`;
  });
  parser.on("closetag", () => {
    depth -= 1;
    withoutTag = 0;
  });

  const startOf = ({ name, position, records: before }: Tag): RecordStart => ({
    records: before,
    bytes: ruler.bytesBefore(position) - Buffer.byteLength(`<${name}`),
  });

  return {
    feed(text) {
      if (text === "") return null;
      withoutTag += text.length;
      ruler.advance(text);
      const broken = explain(() => parser.write(text));
      if (lastTag) lastStart = startOf(lastTag);
      if (firstTag && !firstStart) firstStart = startOf(firstTag);
      lastTag = null;
      if (withoutTag > MAX_MARKUP_CHARACTERS) refused ??= `no tag ends within ${MAX_MARKUP_CHARACTERS} characters`;
      return refused ?? broken;
    },
    close: () => explain(() => parser.close()),
    records: () => records,
    firstStart: () => firstStart,
    lastStart: () => lastStart,
  };
}

function describeMissingEnd(decoder: TextDecoder, walk: Walk): string | null {
  try {
    decoder.decode();
  } catch {
    return "it stops inside a character";
  }
  return walk.close();
}

/** Without a listener for its errors, the parser throws the first one. */
function explain(step: () => unknown): string | null {
  try {
    step();
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}
