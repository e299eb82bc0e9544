import type { Call, FaultName, Faults, FaultSetting } from "./faults.ts";

/** Where faults come from: its key keeps the counts of a URL's faults apart from those of everybody. */
export interface FaultSource {
  readonly key: string;
  readonly faults: Faults;
}

/** How often each fault of each source came into question. */
export interface FaultCounts {
  next(source: string, fault: FaultName): number;
  forget(source: string): void;
}

/** The faults of one HTTP exchange. Asked twice, a fault answers the same, and counts once. */
export interface ActiveFaults {
  get(name: FaultName): FaultSetting | null;
  has(name: FaultName): boolean;
  /** True on every Nth exchange, where N is the fault's number. */
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
    forget: (source) => {
      for (const key of counts.keys()) if (key.endsWith(` ${source}`)) counts.delete(key);
    },
  };
}

/** The first source that has a fault decides it. */
export function createActiveFaults(sources: readonly FaultSource[], call: Call | null, counts: FaultCounts): ActiveFaults {
  const known = new Map<FaultName, { readonly setting: FaultSetting; readonly count: number } | null>();
  const look = (name: FaultName) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const source = sources.find(({ faults }) => faults[name]);
    const setting = source?.faults[name];
    const found = source && setting && (setting.call === null || setting.call === call);
    const answer = found ? { setting, count: counts.next(source.key, name) } : null;
    known.set(name, answer);
    return answer;
  };
  const get = (name: FaultName) => {
    const found = look(name);
    return found && (found.setting.times === null || found.count <= found.setting.times) ? found.setting : null;
  };
  return {
    get,
    has: (name) => get(name) !== null,
    isNth: (name) => {
      const found = look(name);
      const every = found?.setting.amount ?? 1;
      return found !== null && found.count % every === 0 && (found.setting.times === null || found.count / every <= found.setting.times);
    },
  };
}
