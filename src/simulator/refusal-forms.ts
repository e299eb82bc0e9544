import { VALIDATION_FAILED } from "./answer.ts";
import { FORBIDDEN } from "./validate-selection.ts";

interface Refusal {
  readonly message: string;
  readonly details?: readonly string[];
}

/** The vendor's sentence about entities that may not be viewed is cut off on its page: how the ids stand in it is a guess in five forms. */
export function sayRefusal(details: readonly string[], form: string): Refusal {
  if (form === "message" && details.length === 1 && details[0]?.startsWith(FORBIDDEN)) return { message: details[0] };
  return {
    message: VALIDATION_FAILED,
    details: details.flatMap((detail) => (detail.startsWith(FORBIDDEN) ? nameIn(form, detail) : detail)),
  };
}

function nameIn(form: string, sentence: string): string | string[] {
  const ids = sentence.slice(FORBIDDEN.length + 2);
  switch (form) {
    case "each":
      return ids.split(", ").map((id) => `Insufficient permissions to view entity ${id}`);
    case "apart":
      return [`${FORBIDDEN}:`, `[${ids}]`];
    case "unnamed":
      return FORBIDDEN;
    default:
      return sentence;
  }
}
