import { err, ok, type Result } from "../core/base/result.ts";

/** The endpoints to which a fault may be limited. */
export const ENDPOINTS = ["login", "entities", "submit", "status", "status-all", "result"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The ways in which the body of a result may break. */
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
  /** The value after `=`: none, a positive integer, a signed integer, ids joined by `+`, or one of these words. */
  readonly value: "none" | "count" | "signed" | "ids" | readonly string[];
  readonly example: string;
  readonly description: string;
}

/** All faults, and all variants of what the vendor's documentation leaves open. Help, README and parser are derived from this list. */
export const FAULTS = {
  latency: { value: "count", example: "latency=200", description: "delays every response by this many real milliseconds" },
  "login-refused": { value: "none", example: "login-refused", description: "rejects every login with 401" },
  "unauthorized-after": { value: "count", example: "unauthorized-after=50", description: "ends each session after this many requests" },
  "login-form": {
    value: ["both", "body", "cookie"],
    example: "login-form=cookie",
    description: "returns the session id in the body and in a cookie (both, default), or in only one of them",
  },
  "login-page-redirect": {
    value: "none",
    example: "login-page-redirect",
    description: "redirects to a login page instead of answering 401",
  },
  "login-page-html": { value: "none", example: "login-page-html", description: "answers 200 with a login page instead of 401" },
  "rate-limit": { value: "count", example: "rate-limit=5", description: "answers every Nth request with 429 and a Retry-After in seconds" },
  "rate-limit-date": {
    value: "count",
    example: "rate-limit-date=5",
    description: "answers every Nth request with 429 and a Retry-After date",
  },
  "retry-after": { value: "count", example: "retry-after=30", description: "sets the delay of Retry-After in seconds (default 1)" },
  "server-errors": { value: "count", example: "server-errors=3:result", description: "answers every Nth request with 500" },
  "html-page": {
    value: "count",
    example: "html-page=3",
    description: "answers every Nth request with 200 and a web page, without carrying it out",
  },
  redirect: {
    value: "count",
    example: "redirect=3",
    description: "redirects every Nth request to a page that is not a login page, without carrying it out",
  },
  reset: { value: "none", example: "reset:status-all:x2", description: "resets the connection without carrying out the request" },
  "submit-lost": {
    value: "none",
    example: "submit-lost:x1",
    description: "accepts a submit, then closes the connection without a response",
  },
  "submit-late": {
    value: "count",
    example: "submit-late=200",
    description: "accepts a submit and delays the response by this many real milliseconds",
  },
  "cut-body": {
    value: CUTS,
    example: "cut-body=close-fin@5000",
    description: `breaks the body of a result after this many bytes, in one of these ways: ${CUTS.join(", ")}`,
  },
  "slow-body": { value: "count", example: "slow-body=65536", description: "sends results at this many bytes per real second" },
  "total-records": { value: "signed", example: "total-records=+1", description: "adds this number to totalRecords" },
  "no-total": { value: "none", example: "no-total", description: "leaves out totalRecords and resultsSizeBytes" },
  sizes: { value: "signed", example: "sizes=-1", description: "adds this number to both sizes in resultsSizeBytes" },
  "size-names": {
    value: ["plain", "long", "zip"],
    example: "size-names=zip",
    description:
      "names the members of resultsSizeBytes compressed and uncompressed (plain, default), compressedSizeBytes and uncompressedSizeBytes (long), or zipSize and rawSize (zip)",
  },
  spelling: {
    value: ["single", "double"],
    example: "spelling=double",
    description: "spells the status COMPLETED_SUCCESFULLY (single, default) or COMPLETED_SUCCESSFULLY (double)",
  },
  "unknown-status-word": {
    value: "none",
    example: "unknown-status-word",
    description: "gives running jobs a status that the vendor does not document",
  },
  "exporter-title": {
    value: "none",
    example: "exporter-title",
    description: "sets exporterType to the title of the vendor's page instead of the slug",
  },
  nulls: { value: "none", example: "nulls", description: "includes status members without a value as null instead of leaving them out" },
  "status-dates": {
    value: ["utc", "local", "epoch"],
    example: "status-dates=local",
    description:
      "writes lastStatusChange with a zone (utc, default), as Chicago winter time without a zone (local), or in milliseconds (epoch)",
  },
  "status.wrapped": {
    value: ["jobs", "tasks", "nested", "alone"],
    example: "status.wrapped=tasks",
    description:
      "wraps the list of jobs in jobs (default), tasks or data.items (nested) instead of sending a bare array, or sends a single job without an array (alone)",
  },
  "entities.wrapped": {
    value: ["entities", "kinds", "nested"],
    example: "entities.wrapped=kinds",
    description:
      "wraps the list of entities in entities (default), in one list per kind such as muList (kinds), or in data.items (nested), instead of sending a bare array",
  },
  "entity-names": {
    value: ["plain", "long", "prefixed", "untyped"],
    example: "entity-names=prefixed",
    description:
      "names the members of an entity id and name (plain, default), entityId and entityName (long), or muId and muName (prefixed), or leaves out its type (untyped)",
  },
  "result.wrapped": {
    value: "none",
    example: "result.wrapped",
    description: 'wraps JSON results in {"records": [...]} instead of sending a bare array',
  },
  "not-found-status": {
    value: ["401", "404"],
    example: "not-found-status=404",
    description: "sets the status in the body of a 404 (401 by default, as the vendor documents it)",
  },
  "count-records": {
    value: ["stated", "actual"],
    example: "count-records=actual",
    description:
      "sets X-Count-Records of the last page to total - start, as the vendor documents it (stated, default), or to the number of its records (actual)",
  },
  "no-pages": { value: "none", example: "no-pages", description: "ignores startRecord and numRecords, and sends the whole result" },
  "no-bu": { value: "none", example: "no-bu", description: "ignores the entity type bu" },
  "no-default-attribute": { value: "none", example: "no-default-attribute", description: "removes the default attribute EXC_EXPORT" },
  forbidden: { value: "ids", example: "forbidden=103+104", description: "hides these entities, and rejects requests that name them" },
  "forbidden-form": {
    value: ["together", "each", "apart", "message", "unnamed"],
    example: "forbidden-form=apart",
    description:
      "names the forbidden entities in one sentence (together, default), in one sentence each, apart from the sentence, in the message, or not at all (unnamed)",
  },
  "too-large": {
    value: "count",
    example: "too-large=20",
    description: "fails jobs with more than this many combinations of date and entity as too large",
  },
  fail: {
    value: ["internal", "too-large"],
    example: "fail=internal:x1",
    description: "fails jobs that are submitted while it is set, with the vendor's error text",
  },
  cancel: { value: "none", example: "cancel", description: "cancels jobs that are submitted while it is set, as if a user had done so" },
  "stuck-waiting": { value: "none", example: "stuck-waiting", description: "reports every job as WAITING while it is set" },
  "long-wait": {
    value: "count",
    example: "long-wait=3600",
    description: "delays the start of jobs that are submitted while it is set by this many seconds",
  },
  vanish: {
    value: ["both", "list"],
    example: "vanish=list",
    description: "hides all jobs from the list, and also answers requests for them with 404 (both, default)",
  },
  "vanish-first": {
    value: ["both", "list"],
    example: "vanish-first=list",
    description: "hides the login's first job from the list, and also answers requests for it with 404 (both, default)",
  },
  "not-complete-forever": {
    value: "none",
    example: "not-complete-forever",
    description: "answers requests for results with 206 although the status is completed",
  },
  "wrong-media-type": {
    value: ["html", "octets"],
    example: "wrong-media-type=octets",
    description: "sends results as text/html (html, default) or application/octet-stream (octets)",
  },
  "gzip-name": {
    value: ["GZIP", "gzip", "x-gzip"],
    example: "gzip-name=x-gzip",
    description: "sets the spelling of Content-Encoding (GZIP by default, as the vendor documents it)",
  },
  "gzip-unsent": {
    value: "none",
    example: "gzip-unsent",
    description: "announces gzip in Content-Encoding, but sends results uncompressed",
  },
  "no-gzip": { value: "none", example: "no-gzip", description: "sends results uncompressed, even if the client accepts gzip" },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;

export interface FaultSetting {
  /** The word or the ids after `=`. */
  readonly word: string | null;
  /** The number after `=`, or after `@`. */
  readonly amount: number | null;
  /** The fault applies to this endpoint only. `null`: to every endpoint. */
  readonly endpoint: Endpoint | null;
  /** The fault applies this many times. `null`: without limit. */
  readonly times: number | null;
}

export type Faults = Readonly<Partial<Record<FaultName, FaultSetting>>>;

/** Parses `spelling=double,status.wrapped,latency=200:result,cut-body=stall@5000:x3`. The error names every invalid fault. */
export function parseFaults(text: string): Result<Faults, string> {
  const faults: Partial<Record<FaultName, FaultSetting>> = {};
  const problems: string[] = [];
  for (const entry of text.split(",").map((word) => word.trim())) {
    if (entry === "") continue;
    const parsed = parseFault(entry);
    if (parsed.ok) faults[parsed.value.name] = parsed.value.setting;
    else problems.push(parsed.error);
  }
  return problems.length === 0 ? ok(faults) : err(problems.join("; "));
}

/** The help text, with one line per fault. */
export function describeFaults(): string {
  const lines = Object.values(FAULTS).map(({ example, description }) => `  ${example.padEnd(26)} ${description}`);
  return [
    "Faults, separated by commas:",
    ...lines,
    `Append :ENDPOINT to limit a fault to one endpoint (${ENDPOINTS.join(", ")}), and :xN to limit it to the first N requests.`,
    "A URL may set faults of its own: http://HOST:PORT/~spelling=double,latency=200",
  ].join("\n");
}

function parseFault(entry: string): Result<{ name: FaultName; setting: FaultSetting }, string> {
  const { body, endpoint, times } = splitLimits(entry);
  const [, name = "", value, bytes] = /^([^=@]*)(?:=([^@]*))?(?:@(\d+))?$/.exec(body) ?? [];
  if (!isFaultName(name)) return err(`there is no fault ${name || entry}`);
  const { value: form, example }: FaultKind = FAULTS[name];
  const read = name === "cut-body" ? readCut(value, bytes) : bytes === undefined ? readValue(form, value) : null;
  return read ? ok({ name, setting: { ...read, endpoint, times } }) : err(`${entry} is not valid: write it like ${example}`);
}

/** Splits off `:ENDPOINT` and `:xN`. The colon before `xN` is optional. */
function splitLimits(entry: string): { body: string; endpoint: Endpoint | null; times: number | null } {
  let body = entry;
  let endpoint: Endpoint | null = null;
  let times: number | null = null;
  for (;;) {
    const count = /:?x(\d+)$/.exec(body);
    const suffix = ENDPOINTS.find((name) => body.endsWith(`:${name}`));
    if (count) times = Number(count[1]);
    else if (suffix) endpoint = suffix;
    else return { body, endpoint, times };
    body = body.slice(0, body.length - (count ? count[0].length : (suffix ?? "").length + 1));
  }
}

/** `cut-body@5000` and `cut-body=5000` break the body in the first of the ways. */
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
