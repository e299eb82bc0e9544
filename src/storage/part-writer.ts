import type { StorageFailure } from "../core/base/failure.ts";
import { type Result, err, ok } from "../core/base/result.ts";

export interface Part {
  /** 1-based. */
  readonly number: number;
  /** Only valid until `send` resolves, because a later part uses the same memory. */
  readonly body: Uint8Array;
}

export interface PartWriterOptions {
  /** The size of the part with this number, unless it is the last one. */
  readonly partBytesFor: (number: number) => number;
  /** How many parts may be sent at once; 1 keeps them in order. */
  readonly partsInFlight: number;
  readonly send: (part: Part) => Promise<Result<void, StorageFailure>>;
}

export interface PartWriter {
  /** Copies the chunk; resolves when there is room for more. After a part has failed, `write` and `end` answer with its failure. */
  write(chunk: Uint8Array): Promise<Result<void, StorageFailure>>;
  /** Sends the rest and waits for all parts. Empty content is one empty part. */
  end(): Promise<Result<void, StorageFailure>>;
  /** Resolves when no part is being sent. */
  whenIdle(): Promise<void>;
}

/** Splits a stream of chunks of any size into parts, with the memory of `partsInFlight + 1` of them. */
export function createPartWriter(options: PartWriterOptions): PartWriter {
  const { partBytesFor, partsInFlight, send } = options;
  const inFlight = new Set<Promise<void>>();
  const spares: Buffer[] = [];
  let failure: StorageFailure | null = null;
  let number = 1;
  let filling: Buffer | null = null;
  let filled = 0;

  function takeBuffer(): Buffer {
    const bytes = partBytesFor(number);
    const spare = spares.pop();
    return spare?.byteLength === bytes ? spare : Buffer.allocUnsafeSlow(bytes);
  }

  async function launch(buffer: Buffer): Promise<void> {
    while (inFlight.size >= partsInFlight) await Promise.race(inFlight);
    if (failure) return;
    const sending = deliver({ number, body: buffer.subarray(0, filled) }, buffer).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
    number += 1;
    filling = null;
    filled = 0;
  }

  async function deliver(part: Part, buffer: Buffer): Promise<void> {
    const sent = await send(part);
    if (sent.ok) spares.push(buffer);
    else failure ??= sent.error;
  }

  function outcome(): Result<void, StorageFailure> {
    return failure ? err(failure) : ok(undefined);
  }

  return {
    async write(chunk) {
      let taken = 0;
      while (taken < chunk.byteLength) {
        if (failure) break;
        filling ??= takeBuffer();
        const share = chunk.subarray(taken, taken + filling.byteLength - filled);
        filling.set(share, filled);
        filled += share.byteLength;
        taken += share.byteLength;
        if (filled === filling.byteLength) await launch(filling);
      }
      return outcome();
    },
    async end() {
      if (filled > 0 || number === 1) await launch(filling ?? Buffer.alloc(0));
      await Promise.all(inFlight);
      return outcome();
    },
    async whenIdle() {
      await Promise.allSettled(inFlight);
    },
  };
}
