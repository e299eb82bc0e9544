/** One accepted submit. */
interface SubmissionRecord {
  readonly exporter: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly jobId: string;
  /** Simulated milliseconds since 1970. */
  readonly at: number;
}

/** One page that was sent, at least in part. */
interface PageRecord {
  readonly jobId: string;
  readonly startRecord: number;
  readonly records: number;
}

/** What the simulator has received and sent since it was created. */
export interface SimulatorStats {
  logins: number;
  loginsRefused: number;
  entities: number;
  /** Accepted submits of all exporters. */
  submits: number;
  submitsRejected: number;
  /** Accepted submits whose response the client did not receive. */
  submitsUnanswered: number;
  readonly submitsByExporter: Record<string, number>;
  statusOne: number;
  statusAll: number;
  /** Results that were sent completely. A result that a fault truncated does not count. */
  results: number;
  /** Bytes of result bodies as sent, including those of truncated results. */
  resultBytes: number;
  readonly pages: PageRecord[];
  readonly submissions: SubmissionRecord[];
}

export function createSimulatorStats(): SimulatorStats {
  return {
    logins: 0,
    loginsRefused: 0,
    entities: 0,
    submits: 0,
    submitsRejected: 0,
    submitsUnanswered: 0,
    submitsByExporter: {},
    statusOne: 0,
    statusAll: 0,
    results: 0,
    resultBytes: 0,
    pages: [],
    submissions: [],
  };
}
