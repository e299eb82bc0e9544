import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { MAX_PENDING_BYTES, type OnValue, type ValueReader } from "./value-reader.ts";

/** Texts of elements without children, and values of attributes, with their names without a prefix. */
export function createXmlValueReader(onValue: OnValue): ValueReader {
  const decoder = new TextDecoder("utf-8");
  const parser = new SaxesParser();
  let text = "";
  let isLeaf = false;
  parser.on("opentag", ({ attributes }) => {
    text = "";
    isLeaf = true;
    for (const [name, value] of Object.entries(attributes)) onValue(localName(name), value);
  });
  for (const event of ["text", "cdata"] as const) {
    parser.on(event, (more) => {
      text += more;
      if (text.length > MAX_PENDING_BYTES) throw new Error(`a text is longer than ${MAX_PENDING_BYTES} characters`);
    });
  }
  parser.on("closetag", ({ name }) => {
    if (isLeaf) onValue(localName(name), text);
    text = "";
    isLeaf = false;
  });
  return { push: (chunk) => void parser.write(decoder.decode(chunk, { stream: true })) };
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
