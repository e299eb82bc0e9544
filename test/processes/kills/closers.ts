/** What has to be put away in the end, also when something goes wrong in the middle: last opened, first closed. */
export interface Closers {
  add(close: () => Promise<void>): void;
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const open: (() => Promise<void>)[] = [];
  let isClosed = false;
  return {
    // A test that ran out of time goes on behind its hooks: what it still opens is put away at once.
    add: (close) => (isClosed ? void close().catch(() => undefined) : void open.push(close)),
    closeAll: async () => {
      isClosed = true;
      const failures: unknown[] = [];
      for (let close = open.pop(); close; close = open.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, "not everything could be put away");
    },
  };
}

/** Opens something in several steps; what was opened before a step that fails is put away. */
export async function openWith<T>(open: (closers: Closers) => Promise<T>): Promise<T> {
  const closers = createClosers();
  try {
    return await open(closers);
  } catch (error) {
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}
