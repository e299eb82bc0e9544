import type { ErrorCode } from "yaml";

/**
 * The YAML library's findings in this file's words. Its own messages are never shown: some of them repeat the text they
 * stumbled over, and that may be a password.
 */
const MISTAKES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "an alias (*name) takes neither an anchor nor a tag; leave them out",
  BAD_ALIAS: 'this reads as an alias; put a value that begins with * into quotes, such as "* * * * *"',
  BAD_COLLECTION_TYPE: "this tag does not fit what follows it; leave the tag out",
  BAD_DIRECTIVE: "a line that begins with % is a directive, and this one is not known; leave it out",
  BAD_DQ_ESCAPE: 'this is not an escape of a "text"; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: "the indentation does not fit; indent the keys of one mapping alike, with spaces, and close every [ and {",
  BAD_PROP_ORDER: "the anchor or tag stands in the wrong place; put it before the value",
  BAD_SCALAR_START: "a text cannot begin with this character; put the text into quotes",
  BLOCK_AS_IMPLICIT_KEY: "this is a second mapping on one line; put it on its own line, or a text with a colon into quotes",
  BLOCK_IN_FLOW: "an indented list or mapping cannot stand inside [ ] or { }; write it with brackets too",
  DUPLICATE_KEY: "is given twice; keep one of them",
  IMPOSSIBLE: "this is not YAML",
  KEY_OVER_1024_CHARS: "this key is longer than 1024 characters; is a colon missing before it?",
  MISSING_CHAR: "something is missing here: a quote, a bracket, a comma, or the space after a colon",
  MULTILINE_IMPLICIT_KEY: "this line is not a key and its value; write `key: value`, with a space after the colon",
  MULTIPLE_ANCHORS: "one value takes one anchor; leave the others out",
  MULTIPLE_DOCS: "a second document begins here; the configuration is one document, without --- between its parts",
  MULTIPLE_TAGS: "one value takes one tag; leave the others out",
  NON_STRING_KEY: "this key is not a text; put it into quotes",
  RESOURCE_EXHAUSTION: "this is nested too deeply",
  TAB_AS_INDENT: "a tab stands here; indent with spaces",
  TAG_RESOLVE_FAILED: "this tag (!name) is not known; leave it out",
  UNEXPECTED_TOKEN: "this does not belong here; is a quote, a bracket or a line break missing before it?",
};

export function describeMistake(code: ErrorCode): string {
  return MISTAKES[code];
}
