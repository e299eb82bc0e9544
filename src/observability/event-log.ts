import { assertNever } from "../core/assert-never.ts";
import { describeFailure } from "../core/describe-failure.ts";
import type { Emit, Event } from "../core/event.ts";
import { remedyFor } from "../core/failure.ts";
import type { Logger } from "./logger.ts";

type Level = "debug" | "info" | "warn" | "error";

/** Renders every event as one log line; the only place that decides how loud each is. */
export function createEventLog(logger: Logger): Emit {
  return (event) => {
    const { failure, ...facts } = event as Event & { failure?: Parameters<typeof describeFailure>[0] | null };
    logger[levelOf(event)](failure ? { ...facts, reason: failure.reason, failure: describeFailure(failure) } : facts, event.event);
  };
}

function levelOf(event: Event): Level {
  switch (event.event) {
    case "run.created":
    case "run.planned":
    case "job.stored":
    case "outage.ended":
      return "info";
    case "run.finished":
      return event.outcome === "archived" || event.outcome === "canceled" ? "info" : "error";
    case "job.moved":
      return levelOfMove(event);
    case "uploads.swept":
      if (event.failure) return "warn";
      return event.aborted > 0 ? "info" : "debug";
    case "connection.looked":
    case "sweep.done":
      return "debug";
    case "run.selection-changed":
    case "run.names-unmatched":
    case "job.split":
    case "result.resumed":
    case "result.restarted":
    case "intent.settled":
    case "submit.unanswered":
    case "status.word-unknown":
    case "outage.began":
    case "result.rescued":
    case "orphan.found":
    case "alarm.untold":
    case "message.unsent":
      return "warn";
    case "run.postponed":
    case "connection.look-failed":
      return remedyFor(event.failure) === "operator" ? "error" : "warn";
    case "job.overdue":
    case "connection.stopped":
    case "process.silent":
    case "process.blind":
    case "message.failed":
    case "alarm.raised":
    case "orphan.gone":
      return "error";
    default:
      return assertNever(event);
  }
}

function levelOfMove(event: Extract<Event, { readonly event: "job.moved" }>): Level {
  if (event.to === "failed" || event.to === "lost") return "error";
  return event.failure && event.failure.reason !== "interrupted" ? "warn" : "info";
}
