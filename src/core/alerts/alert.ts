import { assertNever } from "../base/assert-never.ts";
import type { JobId } from "../base/ids.ts";
import type { JobFacts } from "../jobs/job.ts";
import { type WarningLevel, hoursLeft } from "./deadline-warning.ts";

/** A message to people. It stays in the outbox until it is delivered, and is delivered once. */
export interface Alert {
  /** Equal alerts have equal ids, so that an alert is stored once however many processes raise it. */
  readonly id: string;
  readonly body: AlertBody;
  readonly raisedAt: Date;
}

/** Facts only, and never a secret. */
export type AlertBody =
  | ({ readonly kind: "deadline-warning"; readonly level: WarningLevel; readonly deadline: Date } & Subject)
  | ({ readonly kind: "result-lost"; readonly deadline: Date; readonly detail: string } & Subject)
  | { readonly kind: "orphan-found"; readonly connection: string; readonly jobId: string; readonly deadline: Date }
  | { readonly kind: "orphan-gone"; readonly connection: string; readonly jobId: string; readonly detail: string }
  | { readonly kind: "connection-stopped"; readonly connection: string; readonly since: Date; readonly detail: string };

/** The result that an alert is about. */
export interface Subject {
  readonly connection: string;
  readonly jobId: string;
  readonly exportName: string;
  readonly from: string;
  readonly to: string;
  readonly runId: string;
}

/** One sentence for a chat channel: what happens, until when, and what to do. */
export function describeAlert(body: AlertBody, now: Date): string {
  switch (body.kind) {
    case "deadline-warning":
      return (
        `${nameOf(body)}: WFM deletes the result at ${body.deadline.toISOString()} (${hoursLeft(body.deadline, now)} h left, ` +
        `${body.level} % of its retention time has passed), and it is not archived yet; nightferry show ${body.runId} says why`
      );
    case "result-lost":
      return `${nameOf(body)}: WFM deleted the result before it was archived (${body.detail}); nightferry retry ${body.runId} requests it again`;
    case "orphan-found":
      return (
        `connection ${body.connection}: job ${body.jobId} on the server was not requested by any run here; ` +
        `WFM deletes its result at ${body.deadline.toISOString()}`
      );
    case "orphan-gone":
      return `connection ${body.connection}: WFM deleted the result of job ${body.jobId}, which was not requested by any run here, before it was copied (${body.detail})`;
    case "connection-stopped":
      return body.detail;
    default:
      return assertNever(body);
  }
}

export function alertId(body: AlertBody): string {
  const subject = "jobId" in body ? `${body.connection}/${body.jobId}` : body.connection;
  const level = body.kind === "deadline-warning" ? `/${body.level}` : "";
  const time = body.kind === "connection-stopped" ? `/${body.since.toISOString()}` : "";
  return `${body.kind}/${subject}${level}${time}`;
}

export function subjectOf({ connection, exportName, runId, interval }: JobFacts, jobId: JobId): Subject {
  return { connection, exportName, runId, jobId, from: interval.from, to: interval.to };
}

function nameOf({ exportName, from, to }: Subject): string {
  return `${exportName} ${from === to ? from : `${from}..${to}`}`;
}

/** Delivers alerts to people. */
export interface Notifier {
  /** `false`: it could not be delivered now. It never throws: no run fails because of an alert. */
  notify(text: string, signal?: AbortSignal): Promise<boolean>;
}
