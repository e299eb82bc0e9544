/** One problem of the configuration file: where it is, what is wrong, and what to write. It never repeats a value that may be secret. */
export interface ConfigProblem {
  readonly file: string;
  /** Starts at 1. 0: the problem concerns the whole file. */
  readonly line: number;
  /** Starts at 1. 0: the problem concerns the whole file. */
  readonly column: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `nightferry.yaml:12:5 exports.schedules.exporter: is missing; ...` */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  const place = line === 0 ? `${file}:` : `${file}:${line}:${column}`;
  return path.length === 0 ? `${place} ${message}` : `${place} ${formatPath(path)}: ${message}`;
}

export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((segment, index) => {
      if (typeof segment === "number") return `[${segment}]`;
      if (!/^[\w-]+$/.test(segment)) return `[${JSON.stringify(segment)}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

export function comparePositions(a: ConfigProblem, b: ConfigProblem): number {
  return a.line - b.line || a.column - b.column;
}

export function isSamePlace(a: ConfigProblem, b: ConfigProblem): boolean {
  return comparePositions(a, b) === 0 && formatPath(a.path) === formatPath(b.path);
}

/** Receives a problem and its path. `key` locates it at the name of the entry, `value` at the content. */
export type Report = (path: readonly (string | number)[], message: string, part?: "key" | "value") => void;

/** A `Report` whose paths are relative to `prefix`. */
export function reportBelow(report: Report, prefix: readonly (string | number)[]): Report {
  return (path, message, part) => report([...prefix, ...path], message, part);
}
