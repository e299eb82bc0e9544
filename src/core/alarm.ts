import { assertNever } from "./assert-never.ts";
import { type DangerLevel, hoursLeft } from "./danger.ts";
import type { VendorJobId } from "./ids.ts";
import type { JobFacts } from "./job.ts";

/** Something that a person has to hear of: kept in the tables until it was told, and told once. */
export interface Alarm {
  /** The same for the same news, whoever raises it. */
  readonly id: string;
  readonly news: News;
  readonly raisedAt: Date;
}

/** Facts only, and never a secret. */
export type News =
  | ({ readonly kind: "result-in-danger"; readonly level: DangerLevel; readonly deadline: Date } & Subject)
  | ({ readonly kind: "result-lost"; readonly deadline: Date; readonly detail: string } & Subject)
  | { readonly kind: "orphan-found"; readonly connection: string; readonly vendorJobId: string; readonly deadline: Date }
  | { readonly kind: "orphan-gone"; readonly connection: string; readonly vendorJobId: string; readonly detail: string }
  | { readonly kind: "connection-stopped"; readonly connection: string; readonly since: Date; readonly detail: string };

/** Whose result it is. */
export interface Subject {
  readonly connection: string;
  readonly vendorJobId: string;
  readonly exportName: string;
  readonly from: string;
  readonly to: string;
  readonly runId: string;
}

/** One sentence for a chat channel: what happens, until when, and what to do. */
export function describeNews(news: News, now: Date): string {
  switch (news.kind) {
    case "result-in-danger":
      return (
        `${nameOf(news)}: WFM deletes the result at ${news.deadline.toISOString()} (${hoursLeft(news.deadline, now)} h left, ` +
        `${news.level} % of its time has passed) and it is not archived yet; nightferry show ${news.runId} says why`
      );
    case "result-lost":
      return `${nameOf(news)}: the result is lost, WFM has deleted it (${news.detail}); nightferry retry ${news.runId} asks WFM to make it again`;
    case "orphan-found":
      return (
        `connection ${news.connection}: WFM holds a result that no run here asked for, job ${news.vendorJobId}; ` +
        `it is deleted there at ${news.deadline.toISOString()}`
      );
    case "orphan-gone":
      return `connection ${news.connection}: the result of job ${news.vendorJobId}, which no run here asked for, was gone before it could be copied (${news.detail})`;
    case "connection-stopped":
      return news.detail;
    default:
      return assertNever(news);
  }
}

/** The same for the same news, so that it is told once, whoever raises it and however often. */
export function alarmId(news: News): string {
  const subject = "vendorJobId" in news ? `${news.connection}/${news.vendorJobId}` : news.connection;
  const level = news.kind === "result-in-danger" ? `/${news.level}` : "";
  const time = news.kind === "connection-stopped" ? `/${news.since.toISOString()}` : "";
  return `${news.kind}/${subject}${level}${time}`;
}

/** Whose result a job's is. */
export function subjectOf({ connection, exportName, runId, interval }: JobFacts, vendorJobId: VendorJobId): Subject {
  return { connection, exportName, runId, vendorJobId, from: interval.from, to: interval.to };
}

function nameOf({ exportName, from, to }: Subject): string {
  return `${exportName} ${from === to ? from : `${from}..${to}`}`;
}

/** Tells people. Resolves whether or not anybody listens: an alarm that cannot be told never stops a run. */
export interface Notifier {
  /** `false`: it could not be told now. */
  notify(text: string, signal?: AbortSignal): Promise<boolean>;
}
