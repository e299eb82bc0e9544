import type { ErrorCode } from "yaml";

/** Messages of our own, because some messages of the YAML library quote the text that caused them, and that may be a password. */
const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "an alias (*name) cannot have an anchor or a tag; remove them",
  BAD_ALIAS: 'YAML reads this as an alias; put a value that begins with * in quotes, such as "* * * * *"',
  BAD_COLLECTION_TYPE: "this tag does not match the value after it; remove the tag",
  BAD_DIRECTIVE: "a line that begins with % is a directive, and this one is unknown; remove it",
  BAD_DQ_ESCAPE: "unknown escape in a double-quoted string; write \\\\ for a backslash, or use single quotes",
  BAD_INDENT: "wrong indentation; indent all keys of a mapping by the same number of spaces, and close every [ and {",
  BAD_PROP_ORDER: "the anchor or tag is in the wrong place; put it before the value",
  BAD_SCALAR_START: "a string cannot begin with this character; put the string in quotes",
  BLOCK_AS_IMPLICIT_KEY: "a line can contain only one mapping; put the second one on its own line, or put a string with a colon in quotes",
  BLOCK_IN_FLOW: "an indented list or mapping cannot be inside [ ] or { }; use brackets for it too",
  DUPLICATE_KEY: "is given twice; remove one",
  IMPOSSIBLE: "this is not YAML; correct the line",
  KEY_OVER_1024_CHARS: "this key is longer than 1024 characters; check whether a colon is missing before this point",
  MISSING_CHAR: "a quote, a bracket, a comma or the space after a colon is missing here; add it",
  MULTILINE_IMPLICIT_KEY: "this line is not a key with a value; write `key: value`, with a space after the colon",
  MULTIPLE_ANCHORS: "a value can have only one anchor; remove the others",
  MULTIPLE_DOCS: "a second document begins here; the configuration must be one document, so remove the --- lines",
  MULTIPLE_TAGS: "a value can have only one tag; remove the others",
  NON_STRING_KEY: "this key is not a string; put it in quotes",
  RESOURCE_EXHAUSTION: "this value is nested too deeply; simplify it",
  TAB_AS_INDENT: "this line is indented with a tab; use spaces",
  TAG_RESOLVE_FAILED: "this tag (!name) is unknown; remove it",
  UNEXPECTED_TOKEN: "unexpected text; check whether a quote, a bracket or a line break is missing before it",
};

export function describeYamlError(code: ErrorCode): string {
  return MESSAGES[code];
}
