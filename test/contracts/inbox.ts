/** What arrives, as events to wait for. */
export interface Inbox<T> {
  put(item: T): void;
  /** The next item that was not taken yet, as soon as there is one. */
  take(): Promise<T>;
  takeMany(count: number): Promise<T[]>;
  readonly size: number;
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  const take = (): Promise<T> => (items.length > 0 ? Promise.resolve(items.shift() as T) : new Promise((resolve) => takers.push(resolve)));
  return {
    take,
    put(item) {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    async takeMany(count) {
      const taken: T[] = [];
      while (taken.length < count) taken.push(await take());
      return taken;
    },
    get size() {
      return items.length;
    },
  };
}

/** A promise that a test resolves when it wants to. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
