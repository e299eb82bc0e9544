/** One accepted submit. */
interface SubmissionRecord {
  readonly exporter: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly jobId: string;
  /** Simulated milliseconds since 1970. */
  readonly at: number;
}

/** One page that was begun. */
interface PageRecord {
  readonly jobId: string;
  readonly startRecord: number;
  readonly records: number;
}

/** What was asked of the simulator since it was made. */
export interface CallCounts {
  logins: number;
  loginsRefused: number;
  entities: number;
  /** Accepted submits, of all exporters. */
  submits: number;
  submitsRejected: number;
  /** Accepted submits whose client was gone before the answer could leave. */
  submitsUnanswered: number;
  readonly submitsByExporter: Record<string, number>;
  statusOne: number;
  statusAll: number;
  /** Results sent to their end; one that a fault broke is none. */
  results: number;
  /** Result bytes given to the network, packed or not, of broken results too. */
  resultBytes: number;
  /** Answers that were no whole results. */
  readonly pages: PageRecord[];
  readonly submissions: SubmissionRecord[];
}

export function createCallCounts(): CallCounts {
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
