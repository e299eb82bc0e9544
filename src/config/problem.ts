/** One thing wrong with the configuration file: where, what, and what would be right. Never a value that may be secret. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1; 0 when it is about the file as a whole. */
  readonly line: number;
  /** From 1; 0 when it is about the file as a whole. */
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

/** Takes a problem at a path of the file; `key` points at the name of the entry instead of at what it holds. */
export type Report = (path: readonly (string | number)[], message: string, part?: "key" | "value") => void;

/** A report for what lies below `prefix`. */
export function reportBelow(report: Report, prefix: readonly (string | number)[]): Report {
  return (path, message, part) => report([...prefix, ...path], message, part);
}
