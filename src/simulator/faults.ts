import { err, ok, type Result } from "../core/result.ts";

/** The calls that a fault may be bound to. */
export const CALLS = ["login", "entities", "submit", "status", "status-all", "result"] as const;
export type Call = (typeof CALLS)[number];

/** The ways a result's body may break, in the order of the download matrix that clients are tested with. */
export const CUTS = [
  "length-fin",
  "length-rst",
  "chunked-fin",
  "close-fin",
  "gzip-length",
  "gzip-chunked",
  "short-document",
  "stall",
] as const;
export type Cut = (typeof CUTS)[number];

interface FaultKind {
  /** What stands after `=`: nothing, a whole number, a number with its sign, ids joined by `+`, or one of these words. */
  readonly value: "none" | "count" | "signed" | "ids" | readonly string[];
  readonly example: string;
  readonly does: string;
}

/** Every fault and every doubtful point of the vendor's contract, switchable: the only list of them. */
export const FAULTS = {
  latency: { value: "count", example: "latency=200", does: "answers this many real milliseconds later" },
  "login-refused": { value: "none", example: "login-refused", does: "answers every login with 401" },
  "unauthorized-after": { value: "count", example: "unauthorized-after=50", does: "ends each session after this many calls" },
  "login-form": {
    value: ["both", "body", "cookie"],
    example: "login-form=cookie",
    does: "hands out the session in the body and as a cookie (both, default), or in one of them",
  },
  "login-page-redirect": { value: "none", example: "login-page-redirect", does: "redirects to a login page where 401 is due" },
  "login-page-html": { value: "none", example: "login-page-html", does: "answers 200 with a login page where 401 is due" },
  "rate-limit": { value: "count", example: "rate-limit=5", does: "answers every Nth call with 429 and Retry-After in seconds" },
  "rate-limit-date": { value: "count", example: "rate-limit-date=5", does: "answers every Nth call with 429 and Retry-After as a date" },
  "retry-after": { value: "count", example: "retry-after=30", does: "how many seconds Retry-After says (1 without it)" },
  "server-errors": { value: "count", example: "server-errors=3:result", does: "answers every Nth call with 500" },
  "html-page": { value: "count", example: "html-page=3", does: "answers every Nth call 200 with a web page, and does not carry it out" },
  redirect: {
    value: "count",
    example: "redirect=3",
    does: "redirects every Nth call to a page that is no login page, and does not carry it out",
  },
  reset: { value: "none", example: "reset:status-all:x2", does: "destroys the connection before the call is answered, or carried out" },
  "submit-lost": { value: "none", example: "submit-lost:x1", does: "accepts a submit, then destroys the connection before the answer" },
  "submit-late": { value: "count", example: "submit-late=200", does: "accepts a submit, and answers it this many real milliseconds later" },
  "cut-body": { value: CUTS, example: "cut-body=close-fin@5000", does: `breaks a result after this many bytes: ${CUTS.join(", ")}` },
  "slow-body": { value: "count", example: "slow-body=65536", does: "sends results at this many bytes per real second" },
  "total-records": { value: "signed", example: "total-records=+1", does: "states totalRecords wrong by this much" },
  "no-total": { value: "none", example: "no-total", does: "leaves totalRecords and resultsSizeBytes out" },
  sizes: { value: "signed", example: "sizes=-1", does: "states both sizes in resultsSizeBytes wrong by this much" },
  "size-names": {
    value: ["plain", "long", "zip"],
    example: "size-names=zip",
    does: "the members of resultsSizeBytes: compressed (plain, default), compressedSizeBytes or zipSize, and their pairs",
  },
  spelling: {
    value: ["single", "double"],
    example: "spelling=double",
    does: "COMPLETED_SUCCESFULLY (single, default) or COMPLETED_SUCCESSFULLY",
  },
  "unknown-status-word": { value: "none", example: "unknown-status-word", does: "gives running jobs a status that no page mentions" },
  "exporter-title": { value: "none", example: "exporter-title", does: "exporterType is the page title instead of the slug" },
  nulls: { value: "none", example: "nulls", does: "status members without a value are null instead of left out" },
  "status-dates": {
    value: ["utc", "local", "epoch"],
    example: "status-dates=local",
    does: "lastStatusChange with a zone (utc, default), as Chicago's winter time without one, or as milliseconds",
  },
  "status.wrapped": {
    value: ["jobs", "tasks", "nested", "alone"],
    example: "status.wrapped=tasks",
    does: "lists jobs under jobs (default), tasks or data.items instead of a bare array, or one job alone without an array (alone)",
  },
  "entities.wrapped": {
    value: ["entities", "kinds", "nested"],
    example: "entities.wrapped=kinds",
    does: "lists entities under entities (default), under muList and its like (kinds), or under data.items, instead of a bare array",
  },
  "entity-names": {
    value: ["plain", "long", "prefixed", "kindless"],
    example: "entity-names=prefixed",
    does: "the members of an entity: id and name (plain, default), entityId and entityName, muId and muName, or without a kind",
  },
  "result.wrapped": { value: "none", example: "result.wrapped", does: 'JSON results are {"records": [...]} instead of a bare array' },
  "not-found-status": {
    value: ["401", "404"],
    example: "not-found-status=404",
    does: "the status inside a 404 body (401, as printed, by default)",
  },
  "count-records": {
    value: ["stated", "actual"],
    example: "count-records=actual",
    does: "X-Count-Records of a last page: total - start (stated) or the count",
  },
  "no-pages": { value: "none", example: "no-pages", does: "sends the whole result, whatever startRecord and numRecords say" },
  "no-bu": { value: "none", example: "no-bu", does: "does not know entity type bu, and leaves it out" },
  "no-default-attribute": { value: "none", example: "no-default-attribute", does: "the database has no attribute EXC_EXPORT" },
  forbidden: { value: "ids", example: "forbidden=103+104", does: "hides these entities, and refuses requests that name them" },
  "forbidden-form": {
    value: ["together", "each", "apart", "message", "unnamed"],
    example: "forbidden-form=apart",
    does: "names refused entities in one sentence (default), one sentence each, apart from it, in the message itself, or not at all",
  },
  "too-large": { value: "count", example: "too-large=20", does: "fails jobs of more than this many dates x entities as too large" },
  fail: {
    value: ["internal", "too-large"],
    example: "fail=internal:x1",
    does: "fails jobs submitted under it with the vendor's error text",
  },
  cancel: { value: "none", example: "cancel", does: "jobs submitted under it end as canceled by a user" },
  "stuck-waiting": { value: "none", example: "stuck-waiting", does: "shows every job as WAITING while it lasts" },
  "long-wait": { value: "count", example: "long-wait=3600", does: "jobs submitted under it wait this many seconds before they run" },
  vanish: { value: ["both", "list"], example: "vanish=list", does: "shows no jobs: an empty list, and 404 for each (unless =list)" },
  "vanish-first": {
    value: ["both", "list"],
    example: "vanish-first=list",
    does: "hides the first job of the login from the list, and behind 404 (unless =list)",
  },
  "not-complete-forever": { value: "none", example: "not-complete-forever", does: "results stay at 206 though the status says completed" },
  "wrong-media-type": {
    value: ["html", "octets"],
    example: "wrong-media-type=octets",
    does: "sends results as text/html (default) or application/octet-stream",
  },
  "gzip-name": {
    value: ["GZIP", "gzip", "x-gzip"],
    example: "gzip-name=x-gzip",
    does: "how Content-Encoding spells it (GZIP, as printed, by default)",
  },
  "gzip-unsent": { value: "none", example: "gzip-unsent", does: "promises gzip, and sends the document unpacked" },
  "no-gzip": { value: "none", example: "no-gzip", does: "sends results unpacked, whatever the client accepts" },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;

export interface FaultSetting {
  /** The word or the ids after `=`. */
  readonly word: string | null;
  /** The number after `=`, or after `@`. */
  readonly amount: number | null;
  /** Only on this call; `null`: wherever it applies. */
  readonly call: Call | null;
  /** Only the first so many times; `null`: always. */
  readonly times: number | null;
}

export type Faults = Readonly<Partial<Record<FaultName, FaultSetting>>>;

/** Reads `spelling=double,status.wrapped,latency=200:result,cut-body=stall@5000:x3`; the error names every part that is wrong. */
export function parseFaults(text: string): Result<Faults, string> {
  const faults: Partial<Record<FaultName, FaultSetting>> = {};
  const problems: string[] = [];
  for (const part of text.split(",").map((word) => word.trim())) {
    if (part === "") continue;
    const parsed = parseFault(part);
    if (parsed.ok) faults[parsed.value.name] = parsed.value.setting;
    else problems.push(parsed.error);
  }
  return problems.length === 0 ? ok(faults) : err(problems.join("; "));
}

/** One line per fault: how it is written, and what it does. */
export function describeFaults(): string {
  const lines = Object.values(FAULTS).map(({ example, does }) => `  ${example.padEnd(26)} ${does}`);
  return [
    "Faults, separated by commas:",
    ...lines,
    `Behind any of them, :CALL binds it to one call (${CALLS.join(", ")}) and :xN to its first N times.`,
    "A URL carries its own: http://HOST:PORT/~spelling=double,latency=200",
  ].join("\n");
}

function parseFault(part: string): Result<{ name: FaultName; setting: FaultSetting }, string> {
  const { body, call, times } = splitBounds(part);
  const [, name = "", value, bytes] = /^([^=@]*)(?:=([^@]*))?(?:@(\d+))?$/.exec(body) ?? [];
  if (!isFaultName(name)) return err(`there is no fault ${name || part}`);
  const { value: form, example }: FaultKind = FAULTS[name];
  const read = name === "cut-body" ? readCut(value, bytes) : bytes === undefined ? readValue(form, value) : null;
  return read ? ok({ name, setting: { ...read, call, times } }) : err(`${part} is not understood: write ${name} like ${example}`);
}

/** `:CALL` and `:xN` at the end; the colon before `xN` may be left out. */
function splitBounds(part: string): { body: string; call: Call | null; times: number | null } {
  let body = part;
  let call: Call | null = null;
  let times: number | null = null;
  for (;;) {
    const count = /:?x(\d+)$/.exec(body);
    const bound = CALLS.find((name) => body.endsWith(`:${name}`));
    if (count) times = Number(count[1]);
    else if (bound) call = bound;
    else return { body, call, times };
    body = body.slice(0, body.length - (count ? count[0].length : (bound ?? "").length + 1));
  }
}

/** `cut-body@5000` and `cut-body=5000` mean the first way. */
function readCut(value: string | undefined, bytes: string | undefined): Pick<FaultSetting, "word" | "amount"> | null {
  if (value === undefined || CUTS.some((cut) => cut === value)) {
    return { word: value ?? CUTS[0], amount: bytes === undefined ? null : Number(bytes) };
  }
  return bytes === undefined && /^\d+$/.test(value) ? { word: CUTS[0], amount: Number(value) } : null;
}

function readValue(form: FaultKind["value"], value: string | undefined): Pick<FaultSetting, "word" | "amount"> | null {
  if (form === "none") return value === undefined ? { word: null, amount: null } : null;
  if (value === undefined) return Array.isArray(form) ? { word: (form as readonly string[])[0] ?? null, amount: null } : null;
  if (form === "count") return /^[1-9]\d*$/.test(value) ? { word: null, amount: Number(value) } : null;
  if (form === "signed") return /^[+-]?\d+$/.test(value) ? { word: null, amount: Number(value) } : null;
  if (form === "ids") return /^\d+(\+\d+)*$/.test(value) ? { word: value, amount: null } : null;
  return form.includes(value) ? { word: value, amount: null } : null;
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
