import type { Result } from "../core/result.ts";
import { readAnswer, type Answer } from "./read-answer.ts";
import type { Call, CallFailure, Transport } from "./transport.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** One call whose whole answer fits in memory. */
export type AskSmall = (call: Call) => Promise<Result<Answer, CallFailure>>;

export function createAskSmall(transport: Transport, callMs: number): AskSmall {
  return async (call) => {
    const opened = await transport.open(call);
    return opened.ok ? readAnswer(opened.value, { target: transport.target, maxBytes: MAX_BYTES, timeoutMs: callMs }) : opened;
  };
}
