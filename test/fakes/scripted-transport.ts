import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { ok } from "../../src/core/result.ts";
import type { Call, Transport } from "../../src/smartsync/transport.ts";

/** One answer of a server that is not there. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Answers without a network, so that ten thousand of them take seconds. */
export function createScriptedTransport(answer: (call: Call) => ScriptedAnswer): Transport {
  return {
    target: "https://wfm.example",
    open: async (call) => {
      const { status, headers, body } = answer(call);
      return ok({ status, headers, body: Readable.from(body.byteLength === 0 ? [] : [Buffer.from(body)]) });
    },
    close: () => undefined,
  };
}
