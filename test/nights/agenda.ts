interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** What is going to happen, by virtual time; what is due at one instant happens in the order in which it was entered. */
export interface Agenda {
  enter(at: number, run: () => void): void;
  /** Takes the first entry out. */
  next(): { readonly at: number; readonly run: () => void } | null;
  nextAt(): number | null;
}

/** A binary heap: a night has hundreds of thousands of entries. */
export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let entered = 0;
  const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (a: number, b: number): void => {
    const kept = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = kept;
  };
  const rise = (index: number): void => {
    for (let child = index; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!isBefore(heap[child]!, heap[parent]!)) return;
      swap(child, parent);
      child = parent;
    }
  };
  const sink = (): void => {
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!isBefore(heap[child]!, heap[parent]!)) return;
      swap(child, parent);
      parent = child;
    }
  };
  return {
    enter: (at, run) => {
      heap.push({ at, order: entered++, run });
      rise(heap.length - 1);
    },
    next: () => {
      const [first] = heap;
      const last = heap.pop();
      if (!first || !last) return null;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      return first;
    },
    nextAt: () => heap[0]?.at ?? null,
  };
}
