import type { Result } from "../core/base/result.ts";
import { readTextResponse, type TextResponse } from "./read-text-response.ts";
import type { WfmRequest, RequestFailure, Transport } from "./transport.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Sends a request whose whole response fits in memory. Results need `Transport.open`. */
export type SendRequest = (request: WfmRequest) => Promise<Result<TextResponse, RequestFailure>>;

export function createSendRequest(transport: Transport, requestMs: number): SendRequest {
  return async (request) => {
    const opened = await transport.open(request);
    return opened.ok ? readTextResponse(opened.value, { target: transport.target, maxBytes: MAX_BYTES, timeoutMs: requestMs }) : opened;
  };
}
