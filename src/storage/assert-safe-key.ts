import { isSafeKey } from "../core/publish/object-key.ts";

/** We build keys from checked names. One that is not safe is a bug, and must not reach a store. */
export function assertSafeKey(key: string): void {
  if (!isSafeKey(key)) throw new Error(`not a safe object key: ${JSON.stringify(key)}`);
}
