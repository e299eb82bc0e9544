import { assertNever } from "../core/assert-never.ts";
import { describeFailure } from "../core/describe-failure.ts";
import type { Emit, Event } from "../core/event.ts";
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
      return "info";
    case "run.finished":
      return event.outcome === "archived" || event.outcome === "canceled" ? "info" : "error";
    case "job.moved":
      return levelOfMove(event);
    case "connection.looked":
    case "sweep.done":
      return "debug";
    case "run.selection-changed":
    case "job.split":
    case "result.resumed":
    case "result.restarted":
    case "intent.settled":
    case "run.postponed":
    case "connection.look-failed":
    case "status.word-unknown":
      return "warn";
    case "connection.stopped":
    case "message.failed":
      return "error";
    default:
      return assertNever(event);
  }
}

function levelOfMove(event: Extract<Event, { readonly event: "job.moved" }>): Level {
  if (event.to === "failed" || event.to === "lost") return "error";
  return event.failure && event.failure.reason !== "interrupted" ? "warn" : "info";
}
