/** Translates a parser's position in the characters of a text into bytes, while the text arrives in chunks. */
export interface ByteRuler {
  /** The chunk that the parser reads next. */
  advance(text: string): void;
  /** How many bytes come before the character that the parser has just read, at `position` characters. CRLF counts as one character. */
  bytesBefore(position: number): number;
}

const LINE_FEED = "\n";
const CARRIAGE_RETURN = "\r";

export function createByteRuler(): ByteRuler {
  let text = "";
  let charactersBefore = 0;
  let bytesBefore = 0;
  let lastCharacter = "";

  return {
    advance(next) {
      charactersBefore += text.length;
      bytesBefore += Buffer.byteLength(text);
      lastCharacter = text.at(-1) ?? lastCharacter;
      text = next;
    },
    bytesBefore(position) {
      const end = position - charactersBefore;
      const isLineEnd = text[end - 1] === LINE_FEED && (end >= 2 ? text[end - 2] : lastCharacter) === CARRIAGE_RETURN;
      const index = end - (isLineEnd ? 2 : 1);
      // The parser keeps a carriage return for the next chunk: the only character that may come before this chunk.
      return index < 0 ? bytesBefore + index : bytesBefore + Buffer.byteLength(text.slice(0, index));
    },
  };
}
