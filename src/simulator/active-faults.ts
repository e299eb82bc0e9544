import type { Endpoint, FaultName, Faults, FaultSetting } from "./faults.ts";

/** A set of faults and its key, under which they are counted: the faults of each URL are counted separately from the global ones. */
export interface FaultSource {
  readonly key: string;
  readonly faults: Faults;
}

/** Counts the requests to which each fault of each source applied. */
export interface FaultCounts {
  next(source: string, fault: FaultName): number;
  reset(source: string): void;
}

/** The faults of one HTTP exchange. Each fault counts once per exchange, no matter how often it is read. */
export interface ActiveFaults {
  get(name: FaultName): FaultSetting | null;
  has(name: FaultName): boolean;
  /** `true` for every Nth exchange, where N is the number of the fault. */
  isNth(name: FaultName): boolean;
}

export function createFaultCounts(): FaultCounts {
  const counts = new Map<string, number>();
  return {
    next: (source, fault) => {
      const key = `${fault} ${source}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
    reset: (source) => {
      for (const key of counts.keys()) if (key.endsWith(` ${source}`)) counts.delete(key);
    },
  };
}

/** If several sources set the same fault, the first one wins. */
export function createActiveFaults(sources: readonly FaultSource[], endpoint: Endpoint | null, counts: FaultCounts): ActiveFaults {
  const lookedUp = new Map<FaultName, { readonly setting: FaultSetting; readonly count: number } | null>();
  const lookUp = (name: FaultName) => {
    const previous = lookedUp.get(name);
    if (previous !== undefined) return previous;
    const source = sources.find(({ faults }) => faults[name]);
    const setting = source?.faults[name];
    const applies = source && setting && (setting.endpoint === null || setting.endpoint === endpoint);
    const counted = applies ? { setting, count: counts.next(source.key, name) } : null;
    lookedUp.set(name, counted);
    return counted;
  };
  const get = (name: FaultName) => {
    const found = lookUp(name);
    return found && (found.setting.times === null || found.count <= found.setting.times) ? found.setting : null;
  };
  return {
    get,
    has: (name) => get(name) !== null,
    isNth: (name) => {
      const found = lookUp(name);
      const every = found?.setting.amount ?? 1;
      return found !== null && found.count % every === 0 && (found.setting.times === null || found.count / every <= found.setting.times);
    },
  };
}
