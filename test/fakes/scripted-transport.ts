import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { ok } from "../../src/core/base/result.ts";
import type { WfmRequest, Transport } from "../../src/smartsync/transport.ts";

/** One answer of a server that exists only in a test. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Answers without a network, so that ten thousand of them take seconds. */
export function createScriptedTransport(answer: (call: WfmRequest) => ScriptedAnswer): Transport {
  return {
    target: "https://wfm.example",
    open: async (call) => {
      const { status, headers, body } = answer(call);
      return ok({ status, headers, body: Readable.from(body.byteLength === 0 ? [] : [Buffer.from(body)]) });
    },
    close: () => undefined,
  };
}
