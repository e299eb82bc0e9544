/** Is told every value of a document, under the name of its member, column or element. */
export type OnValue = (name: string, value: string) => void;

/** Reads a document whose form a record counter has seen to already; chunks may be cut anywhere. Throws where it cannot. */
export interface ValueReader {
  push(chunk: Uint8Array): void;
}

/** Longer than any value, line or tag of a record: what goes on beyond it is not held in memory. */
export const MAX_PENDING_BYTES = 16 * 1024 * 1024;
