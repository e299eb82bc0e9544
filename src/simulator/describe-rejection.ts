import { VALIDATION_FAILED } from "./send-response.ts";
import { FORBIDDEN } from "./validate-selection.ts";

interface Rejection {
  readonly message: string;
  readonly details?: readonly string[];
}

/**
 * The public copy of the vendor's page truncates the sentence about forbidden entities, so each of the five forms of naming them is a
 * guess.
 */
export function describeRejection(details: readonly string[], form: string): Rejection {
  if (form === "message" && details.length === 1 && details[0]?.startsWith(FORBIDDEN)) return { message: details[0] };
  return {
    message: VALIDATION_FAILED,
    details: details.flatMap((detail) => (detail.startsWith(FORBIDDEN) ? reword(detail, form) : detail)),
  };
}

function reword(sentence: string, form: string): string | string[] {
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
