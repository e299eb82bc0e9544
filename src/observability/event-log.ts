import { assertNever } from "../core/base/assert-never.ts";
import { describeFailure } from "../core/base/describe-failure.ts";
import type { Emit, Event } from "../core/events/event.ts";
import { failureKind } from "../core/base/failure.ts";
import type { Logger } from "./logger.ts";

type Level = "debug" | "info" | "warn" | "error";

/** Writes every event as one log line. The levels are decided only here. */
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
    case "breaker.closed":
    case "wake-ups.available":
      return "info";
    case "run.finished":
      return event.outcome === "archived" || event.outcome === "canceled" ? "info" : "error";
    case "job.transitioned":
      return levelOfTransition(event);
    case "uploads.aborted":
      if (event.failure) return "warn";
      return event.aborted > 0 ? "info" : "debug";
    case "connection.polled":
      return "debug";
    case "run.selection-changed":
    case "run.names-unmatched":
    case "job.split":
    case "result.resumed":
    case "result.restarted":
    case "submission.reconciled":
    case "submission.in-doubt":
    case "status.word-unknown":
    case "breaker.opened":
    case "result.quarantined":
    case "orphan.found":
    case "alert.undelivered":
    case "wake-ups.unavailable":
      return "warn";
    case "run.postponed":
    case "connection.poll-failed":
      return failureKind(event.failure) === "needs-operator" ? "error" : "warn";
    case "job.overdue":
    case "connection.stopped":
    case "database.unavailable":
    case "work.failed":
    case "alert.raised":
    case "orphan.gone":
      return "error";
    default:
      return assertNever(event);
  }
}

function levelOfTransition(event: Extract<Event, { readonly event: "job.transitioned" }>): Level {
  if (event.to === "failed" || event.to === "lost") return "error";
  return event.failure && event.failure.reason !== "interrupted" ? "warn" : "info";
}
