import type { ExportDefinition } from "../../src/core/exports/export-definition.ts";
import type { FailureReason } from "../../src/core/base/failure.ts";
import type { SimulatorStats } from "../../src/simulator/simulator-stats.ts";
import type { FaultName } from "../../src/simulator/faults.ts";
import { buildExport } from "../factories/build-export.ts";

/** How a night under faults ends. */
export interface FaultRow {
  readonly faults: string;
  readonly export?: Partial<ExportDefinition>;
  readonly ends: Ending;
  /** What the simulator counted. */
  readonly counts?: Partial<SimulatorStats>;
}

export type Ending =
  | { readonly outcome: "archived" }
  | { readonly outcome: "failed" | "canceled" | "partial"; readonly reason: FailureReason }
  /** The run stays pending for this long, and says why. */
  | { readonly outcome: "pending"; readonly reason: FailureReason; readonly hours: number };

const ARCHIVED = { outcome: "archived" } as const;
const failed = (reason: FailureReason) => ({ outcome: "failed", reason }) as const;
const stays = (reason: FailureReason, hours = 1) => ({ outcome: "pending", reason, hours }) as const;
const archived = (faults: string, counts?: Partial<SimulatorStats>): FaultRow => ({
  faults,
  ends: ARCHIVED,
  ...(counts ? { counts } : {}),
});

const EVERY_MU = { select: { muIds: [101, 102, 103] } } as const;
const CONTACT_TYPES = { exporter: "ct-results", select: { ctIds: "all" } } as const;
const BUSINESS_UNITS = { exporter: "ct-results", select: { buIds: "all" } } as const;

/** The session ends after the first two calls. */
const EXPIRES = "unauthorized-after=2";

/** Each way of cutting a result off: one that is cut once is fetched again, one that is always cut is never archived. */
function cuts(cut: string, reason: FailureReason): FaultRow[] {
  return [archived(`cut-body=${cut}:x1`, { results: 1 }), { faults: `cut-body=${cut}`, ends: stays(reason, 0.25), counts: { results: 0 } }];
}

/** Every fault of the simulator, with every value that it has. A fault without a row does not compile. */
export const FAULT_ROWS: Readonly<Record<FaultName, readonly FaultRow[]>> = {
  latency: [archived("latency=3")],
  "login-refused": [
    { faults: "login-refused", ends: stays("connection-stopped", 3), counts: { logins: 0, loginsRefused: 3 } },
    archived("login-refused:x2", { loginsRefused: 2 }),
  ],
  "unauthorized-after": [archived("unauthorized-after=1"), archived("unauthorized-after=3")],
  "login-form": [archived("login-form=both"), archived("login-form=body"), archived("login-form=cookie")],
  "login-page-redirect": [archived(`login-page-redirect,${EXPIRES}`), archived("login-page-redirect,unauthorized-after=1")],
  "login-page-html": [
    archived(`login-page-html,${EXPIRES}`),
    archived("login-page-html,unauthorized-after=3", { submits: 1 }),
    archived("login-page-html,unauthorized-after=1:status-all"),
  ],
  "rate-limit": [archived("rate-limit=2"), { faults: "rate-limit=1", ends: stays("rate-limited") }],
  "rate-limit-date": [archived("rate-limit-date=3"), { faults: "rate-limit-date=1", ends: stays("rate-limited") }],
  "retry-after": [archived("retry-after=90,rate-limit=3"), archived("retry-after=90,rate-limit-date=3")],
  "server-errors": [
    // Every submission happens to be an even call.
    { faults: "server-errors=2", ends: stays("submit-unanswered"), counts: { submits: 0 } },
    archived("server-errors=3"),
    archived("server-errors=4"),
    archived("server-errors=5"),
    { faults: "server-errors=1:result", ends: stays("server-error") },
    { faults: "server-errors=1:status-all", ends: stays("server-error") },
    { faults: "server-errors=1:submit", ends: stays("submit-unanswered"), counts: { submits: 0 } },
    { faults: "server-errors=1:entities", ends: stays("server-error") },
  ],
  "html-page": [
    archived("html-page=4"),
    archived("html-page=5"),
    archived("html-page=7"),
    { faults: "html-page=1:result", ends: stays("session-refused") },
    { faults: "html-page=1:login", ends: stays("unexpected-answer") },
  ],
  redirect: [
    archived("redirect=4"),
    archived("redirect=5"),
    archived("redirect=7"),
    { faults: "redirect=1:status-all", ends: stays("session-refused") },
  ],
  reset: [
    archived("reset:status-all:x2"),
    archived("reset:submit:x1", { submits: 1 }),
    { faults: "reset:submit", ends: stays("submit-unanswered"), counts: { submits: 0 } },
    { faults: "reset:login", ends: stays("unreachable") },
  ],
  "submit-lost": [archived("submit-lost:x1", { submits: 1 }), archived("submit-lost", { submits: 1 })],
  "submit-late": [archived("submit-late=20", { submits: 1 })],
  "cut-body": [
    ...cuts("length-fin", "body-cut"),
    ...cuts("length-rst", "body-cut"),
    ...cuts("chunked-fin", "body-cut"),
    ...cuts("close-fin", "gzip-damaged"),
    ...cuts("gzip-length", "gzip-damaged"),
    ...cuts("gzip-chunked", "gzip-damaged"),
    ...cuts("short-document", "document-cut"),
    ...cuts("stall", "body-stalled"),
    { faults: "cut-body=close-fin,no-gzip", ends: stays("document-cut", 0.25) },
    { faults: "cut-body=close-fin@0", ends: stays("document-cut", 0.25) },
  ],
  "slow-body": [archived("slow-body=20000")],
  "total-records": [
    { faults: "total-records=+1", ends: stays("records-differ") },
    { faults: "total-records=-1", ends: stays("records-differ") },
    archived("total-records=+1:status-all"),
  ],
  "no-total": [{ faults: "no-total", ends: stays("total-missing") }, archived("no-total:status-all")],
  sizes: [
    { faults: "sizes=-1", ends: stays("bytes-differ") },
    { faults: "sizes=+1", ends: stays("bytes-differ") },
    archived("sizes=+7:status-all"),
  ],
  "size-names": [
    archived("size-names=plain"),
    archived("size-names=long"),
    archived("size-names=zip"),
    { faults: "size-names=zip,sizes=-1", ends: stays("bytes-differ") },
  ],
  spelling: [archived("spelling=single"), archived("spelling=double")],
  "unknown-status-word": [archived("unknown-status-word")],
  "exporter-title": [archived("exporter-title,submit-lost", { submits: 1 })],
  nulls: [archived("nulls")],
  "status-dates": [archived("status-dates=utc"), archived("status-dates=local"), archived("status-dates=epoch")],
  "status.wrapped": [
    archived("status.wrapped=jobs"),
    archived("status.wrapped=tasks"),
    archived("status.wrapped=nested"),
    archived("status.wrapped=alone", { statusOne: 0 }),
  ],
  "entities.wrapped": [archived("entities.wrapped=entities"), archived("entities.wrapped=kinds"), archived("entities.wrapped=nested")],
  "entity-names": [
    archived("entity-names=plain"),
    archived("entity-names=long"),
    archived("entity-names=prefixed"),
    archived("entity-names=untyped"),
    archived("entity-names=long,entities.wrapped=kinds"),
  ],
  "result.wrapped": [archived("result.wrapped")],
  "not-found-status": [
    archived("not-found-status=404,vanish-first", { submits: 2 }),
    archived("not-found-status=401,vanish-first", { submits: 2 }),
  ],
  "count-records": [archived("count-records=stated"), archived("count-records=actual")],
  "no-bu": [
    archived("no-bu"),
    { faults: "no-bu", export: CONTACT_TYPES, ends: ARCHIVED },
    { faults: "no-bu", export: BUSINESS_UNITS, ends: stays("nothing-selected"), counts: { submits: 0 } },
  ],
  "no-default-attribute": [
    { faults: "no-default-attribute", ends: failed("request-rejected"), counts: { submits: 0 } },
    { faults: "no-default-attribute", export: { parameters: { timeFormat: "24", attribute: "Site" } }, ends: ARCHIVED },
  ],
  forbidden: [
    archived("forbidden=102"),
    { faults: "forbidden=102", export: EVERY_MU, ends: failed("entities-forbidden"), counts: { submits: 0 } },
    { faults: "forbidden=102:submit", ends: failed("entities-forbidden"), counts: { submits: 0 } },
    { faults: "forbidden=101+102+103", ends: stays("nothing-selected") },
    skipping("forbidden=102:submit"),
  ],
  "forbidden-form": ["together", "each", "apart", "message", "unnamed"].map((form) => skipping(`forbidden-form=${form},forbidden=102`)),
  "too-large": [archived("too-large=2", { submits: 4 }), archived("too-large=1")],
  fail: [
    { faults: "fail=internal", ends: failed("job-failed"), counts: { submits: 1 } },
    { faults: "fail=too-large", ends: failed("result-too-large") },
    archived("fail=too-large:x1"),
  ],
  cancel: [{ faults: "cancel", ends: { outcome: "canceled", reason: "job-canceled" }, counts: { submits: 1 } }],
  "stuck-waiting": [archived("stuck-waiting:x5"), { faults: "stuck-waiting", ends: stays("job-overdue", 7), counts: { submits: 1 } }],
  "long-wait": [archived("long-wait=3000"), archived("long-wait=43200", { submits: 1 })],
  vanish: [
    { faults: "vanish", ends: failed("job-vanished"), counts: { submits: 3 } },
    { faults: "vanish=both", ends: failed("job-vanished"), counts: { submits: 3 } },
    archived("vanish=list", { submits: 1 }),
    { faults: "vanish:result", ends: stays("job-unknown"), counts: { submits: 1 } },
    archived("vanish:status", { submits: 1 }),
  ],
  "vanish-first": [
    archived("vanish-first", { submits: 2 }),
    archived("vanish-first=both", { submits: 2 }),
    archived("vanish-first=list", { submits: 1 }),
  ],
  "not-complete-forever": [
    { faults: "not-complete-forever", ends: stays("result-not-ready"), counts: { submits: 1 } },
    archived("not-complete-forever:x3"),
  ],
  "wrong-media-type": [
    { faults: "wrong-media-type=html", ends: stays("session-refused") },
    { faults: "wrong-media-type=octets", ends: stays("media-type-differs") },
    archived("wrong-media-type=octets:x2"),
  ],
  "gzip-name": [archived("gzip-name=GZIP"), archived("gzip-name=gzip"), archived("gzip-name=x-gzip")],
  "gzip-unsent": [archived("gzip-unsent")],
  "no-gzip": [archived("no-gzip")],
  "no-pages": [archived("no-pages")],
};

function skipping(faults: string): FaultRow {
  return {
    faults,
    export: { onForbidden: "skip", ...EVERY_MU },
    ends: { outcome: "partial", reason: "entities-forbidden" },
    counts: { submits: 1 },
  };
}

export function exportOf({ export: overrides }: FaultRow): ExportDefinition {
  return buildExport(overrides);
}
