/** Tells where in the bytes of a text that comes in pieces a tag's name ends, from where its parser stands in the characters. */
export interface ByteRuler {
  /** The piece that the parser reads next. */
  turn(text: string): void;
  /** How many bytes come before the character that the parser has just read, at `position` characters; a line's end counts for one. */
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
    turn(next) {
      charactersBefore += text.length;
      bytesBefore += Buffer.byteLength(text);
      lastCharacter = text.at(-1) ?? lastCharacter;
      text = next;
    },
    bytesBefore(position) {
      const end = position - charactersBefore;
      const isLineEnd = text[end - 1] === LINE_FEED && (end >= 2 ? text[end - 2] : lastCharacter) === CARRIAGE_RETURN;
      const index = end - (isLineEnd ? 2 : 1);
      // The parser keeps a carriage return for the next piece: the one character that may lie before this one.
      return index < 0 ? bytesBefore + index : bytesBefore + Buffer.byteLength(text.slice(0, index));
    },
  };
}
