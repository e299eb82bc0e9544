/** A promise that a test resolves itself. */
export interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export function defer(): Deferred {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
