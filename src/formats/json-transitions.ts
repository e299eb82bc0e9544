/**
 * JSON's grammar as one table: for a state and a byte, the next state or an action. Steps that depend on the nesting are actions. The
 * states of a value exist twice, in an array and in an object, so that most bytes need no action. Numbers and literals end where the next
 * token begins, so that no byte is read twice. Source: RFC 8259. Bytes from 0x80 on are accepted inside strings only.
 */
export const START = 0;
const BOM_1 = 1;
const BOM_2 = 2;
const TOP = 3;
export const DONE = 4;
export const FIRST_KEY = 5;
const KEY = 6;
const COLON = 7;
const KEY_ESCAPE = 8;
export const FIRST_VALUE = 13;

const IN_ARRAY = 14;
const IN_OBJECT = 39;

/** From here on the states inside strings, where most bytes of a document are, and where a reader may skip bytes that are `IS_PLAIN`. */
export const FIRST_STRING = 64;
const KEY_STRING = 64;
const ELEMENT_STRING = 65;
const MEMBER_STRING = 66;
const STATES = 67;

/** States of a value, counted from IN_ARRAY or IN_OBJECT. */
const VALUE = 0;
const AFTER = 1;
const ESCAPE = 2;
const MINUS = 7;
const ZERO = 8;
const INTEGER = 9;
const POINT = 10;
const FRACTION = 11;
const EXPONENT = 12;
const EXPONENT_SIGN = 13;
const EXPONENT_DIGITS = 14;
const FIRST_LITERAL = 15;

export const ELEMENT = IN_ARRAY + VALUE;
export const AFTER_ELEMENT = IN_ARRAY + AFTER;
export const AFTER_MEMBER = IN_OBJECT + AFTER;

export const NEXT_ELEMENT = 128;
export const OPEN_ARRAY = 129;
export const OPEN_OBJECT = 130;
export const CLOSE_ARRAY = 131;
export const CLOSE = 132;
export const SCALAR = 133;
export const REFUSE = 134;
/** Smaller values are states, the others actions. */
export const FIRST_ACTION = 128;

const BLANKS = " \t\n\r";
const DIGITS = "0123456789";
const HEX = `${DIGITS}abcdefABCDEF`;
const PLAIN = String.fromCharCode(...Array.from({ length: 256 - 0x20 }, (_, index) => index + 0x20));

/** 1 for each byte that does not change the state inside a string. */
export const IS_PLAIN: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte !== 0x22 && byte !== 0x5c ? 1 : 0));

/** Indexed by `state << 8 | byte`; the next state or action is in the upper byte, ready for the next look-up. */
export const TRANSITIONS: Uint16Array = buildTransitions();

type On = (state: number, bytes: string, next: number) => void;

function buildTransitions(): Uint16Array {
  const table = new Uint16Array(STATES << 8).fill(REFUSE << 8);
  const on: On = (state, bytes, next) => {
    for (const byte of bytes) table[(state << 8) | byte.charCodeAt(0)] = next << 8;
  };
  addDocument(on);
  addKeys(on);
  for (const context of [IN_ARRAY, IN_OBJECT]) {
    addValue(on, context + VALUE, context);
    addString(on, { string: stringIn(context), escape: context + ESCAPE, next: context + AFTER });
    addLiterals(on, context);
    addNumbers(on, context);
    addEnd(on, context + AFTER, context);
  }
  addValue(on, FIRST_VALUE, IN_ARRAY);
  on(FIRST_VALUE, "]", CLOSE);
  return table;
}

function addDocument(on: On): void {
  on(START, "\u00ef", BOM_1);
  on(BOM_1, "\u00bb", BOM_2);
  on(BOM_2, "\u00bf", TOP);
  for (const state of [START, TOP]) {
    on(state, BLANKS, TOP);
    on(state, "[", OPEN_ARRAY);
    on(state, "{", OPEN_OBJECT);
    on(state, `"-${DIGITS}tfn`, SCALAR);
  }
  on(DONE, BLANKS, DONE);
}

function addKeys(on: On): void {
  for (const state of [FIRST_KEY, KEY]) {
    on(state, BLANKS, state);
    on(state, '"', KEY_STRING);
  }
  on(FIRST_KEY, "}", CLOSE);
  addString(on, { string: KEY_STRING, escape: KEY_ESCAPE, next: COLON });
  on(COLON, BLANKS, COLON);
  on(COLON, ":", IN_OBJECT + VALUE);
}

function stringIn(context: number): number {
  return context === IN_ARRAY ? ELEMENT_STRING : MEMBER_STRING;
}

function addValue(on: On, state: number, context: number): void {
  on(state, BLANKS, state);
  on(state, "[", OPEN_ARRAY);
  on(state, "{", OPEN_OBJECT);
  on(state, '"', stringIn(context));
  on(state, "-", context + MINUS);
  on(state, DIGITS, context + INTEGER);
  on(state, "0", context + ZERO);
  on(state, "t", context + FIRST_LITERAL);
  on(state, "f", context + FIRST_LITERAL + 3);
  on(state, "n", context + FIRST_LITERAL + 7);
}

/** What may follow a value, and thereby end a number. */
function addEnd(on: On, state: number, context: number): void {
  on(state, BLANKS, context + AFTER);
  on(state, ",", context === IN_ARRAY ? NEXT_ELEMENT : KEY);
  if (context === IN_ARRAY) on(state, "]", CLOSE_ARRAY);
  else on(state, "}", CLOSE);
}

function addString(on: On, states: { readonly string: number; readonly escape: number; readonly next: number }): void {
  const { string, escape, next } = states;
  on(string, PLAIN, string);
  on(string, '"', next);
  on(string, "\\", escape);
  on(escape, '"\\/bfnrt', string);
  on(escape, "u", escape + 1);
  for (const digit of [1, 2, 3]) on(escape + digit, HEX, escape + digit + 1);
  on(escape + 4, HEX, string);
}

function addLiterals(on: On, context: number): void {
  let state = context + FIRST_LITERAL;
  for (const rest of ["rue", "alse", "ull"]) {
    for (const letter of rest.slice(0, -1)) {
      on(state, letter, state + 1);
      state += 1;
    }
    on(state, rest.slice(-1), context + AFTER);
    state += 1;
  }
}

function addNumbers(on: On, context: number): void {
  on(context + MINUS, DIGITS, context + INTEGER);
  on(context + MINUS, "0", context + ZERO);
  on(context + INTEGER, DIGITS, context + INTEGER);
  on(context + POINT, DIGITS, context + FRACTION);
  on(context + FRACTION, DIGITS, context + FRACTION);
  on(context + EXPONENT, "+-", context + EXPONENT_SIGN);
  for (const state of [ZERO, INTEGER]) on(context + state, ".", context + POINT);
  for (const state of [ZERO, INTEGER, FRACTION]) on(context + state, "eE", context + EXPONENT);
  for (const state of [EXPONENT, EXPONENT_SIGN, EXPONENT_DIGITS]) on(context + state, DIGITS, context + EXPONENT_DIGITS);
  for (const state of [ZERO, INTEGER, FRACTION, EXPONENT_DIGITS]) addEnd(on, context + state, context);
}
