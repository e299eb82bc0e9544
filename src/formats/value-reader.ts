/** Receives each value of a document, with the name of its member, column or element. */
export type OnValue = (name: string, value: string) => void;

/** Reads a document whose form a record counter has checked already. Chunks may end anywhere. Throws if it cannot read it. */
export interface ValueReader {
  push(chunk: Uint8Array): void;
}

/** Longer than any value, line or tag of a record. Anything longer is refused instead of held in memory. */
export const MAX_PENDING_BYTES = 16 * 1024 * 1024;
