import { readFileSync } from "node:fs";
import { array, assert, constantFrom, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import { EXPORTERS } from "../../src/core/exporters/built-in-exporters.ts";
import { BASE, changed } from "./base-config.ts";
import { loadText, problemsOf } from "./load-text.ts";

const EXAMPLE = readFileSync(new URL("../../src/config/example.yaml", import.meta.url), "utf8");

function load(text: string) {
  const loaded = loadText(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

test("the base has no problems", () => {
  expect(problemsOf(BASE)).toEqual([]);
});

test("the example loads", () => {
  expect(problemsOf(EXAMPLE)).toEqual([]);
  expect([...load(EXAMPLE).exports.keys()]).toEqual(["schedules", "results", "vacations"]);
});

test("the exporter that the example shows in a comment loads", () => {
  const config = load(EXAMPLE.replaceAll(/^# (exporters:| {2}.*)$/gm, "$1"));
  expect([...config.exporters.keys()]).toEqual(["agent-adherence-attribute-detail"]);
});

test("keeps the secrets of a connection apart from its definition", () => {
  const acme = load(BASE).connections.get("acme");
  expect(acme?.definition).toEqual({
    name: "acme",
    url: "https://bu-1234.example.com",
    customerId: 1,
    locale: "en_US",
    timeZone: "America/Chicago",
    maxConcurrentJobs: 4,
    orphans: "all",
    loginVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(acme?.userName.reveal()).toBe("wfm-user");
  expect(acme?.password.reveal()).toBe("canary-from-env");
  expect(acme?.ca).toBeNull();
});

test("applies the defaults of a connection", () => {
  const short = changed("    locale: en_US\n    timeZone: America/Chicago\n    maxConcurrentJobs: 4\n", "");
  const config = load(short);
  expect(config.connections.get("acme")?.definition).toMatchObject({
    locale: "en_US",
    timeZone: "UTC",
    maxConcurrentJobs: 4,
    orphans: "all",
  });
  expect(config.exports.get("schedules")?.schedule).toEqual({ cron: "30 1 * * *", timeZone: "UTC" });
});

test("loads an export", () => {
  expect(load(BASE).exports.get("schedules")).toEqual({
    name: "schedules",
    connection: "acme",
    exporter: "agent-schedule-detail",
    schedule: { cron: "30 1 * * *", timeZone: "America/Chicago" },
    timeZone: "America/Chicago",
    window: { fromDays: -1, toDays: -1 },
    select: { muIds: "all" },
    outputFormat: "JSON",
    parameters: { timeFormat: "24" },
    destination: "lake",
    formats: ["raw"],
    catchUp: "all",
    partition: "date",
    onForbidden: "fail",
  });
});

test("applies the defaults of an export, which depend on its exporter", () => {
  const exports = load(
    `${BASE}  agents: { connection: acme, exporter: mu-results, destination: lake, timeZone: Europe/Berlin }
  queues: { connection: acme, exporter: ct-queue-data, destination: lake }
  holidays: { connection: acme, exporter: agent-vacation-summary, destination: lake, outputFormat: XML }
`,
  ).exports;
  expect(exports.get("agents")).toMatchObject({
    schedule: null,
    timeZone: "Europe/Berlin",
    window: { fromDays: -1, toDays: -1 },
    select: { muIds: "all" },
    parameters: { timeFormat: "24" },
    formats: ["raw"],
    catchUp: "all",
    partition: "date",
  });
  expect(exports.get("queues")?.select).toEqual({ ctIds: "all" });
  expect(exports.get("holidays")).toMatchObject({ select: { timeOff: { allTimeOffGroups: {} } }, parameters: {} });
});

test("keeps the selection and onForbidden as written", () => {
  for (const muIds of [{ names: ["Sales *"] }, { names: ["Sales *"], except: ["Sales Test*", 101] }, { except: ["Sales Test*"] }, [7, 8]]) {
    const loaded = load(changed("{ muIds: all }", `{ muIds: ${JSON.stringify(muIds)} }\n    onForbidden: skip`));
    expect(loaded.exports.get("schedules")).toMatchObject({ select: { muIds }, onForbidden: "skip" });
    expect(loaded.exports.get("forecasts")?.onForbidden).toBe("fail");
  }
});

test("every exporter can be configured with its required parameters alone", () => {
  const lines = EXPORTERS.map(({ slug, parameters }) => {
    const needed = "recordType" in parameters ? ", parameters: { recordType: newAgent }" : "";
    return `  ${slug}: { connection: acme, exporter: ${slug}, destination: lake${needed} }\n`;
  });
  expect(problemsOf(BASE + lines.join(""))).toEqual([]);
});

test("trims the slashes of a prefix, and resolves a path relative to the directory of the file", () => {
  const { destinations } = load(changed("prefix: smartsync", "prefix: /smart/sync/"));
  expect(destinations.get("lake")).toEqual({ type: "s3", bucket: "acme-wfm", prefix: "smart/sync", region: "us-east-1" });
  expect(destinations.get("disk")).toEqual({ type: "file", path: "/etc/nightferry/archive" });
});

test("keeps the settings of an S3-compatible store as written", () => {
  const settings =
    "{ type: s3, bucket: b-1, endpoint: 'http://minio:9000', forcePathStyle: true, checksums: when-required, partSizeMiB: 16, sse: { algorithm: 'aws:kms', kmsKeyId: alias/x } }";
  expect(load(changed("  disk:\n", `  minio: ${settings}\n  disk:\n`)).destinations.get("minio")).toEqual({
    type: "s3",
    bucket: "b-1",
    prefix: "",
    region: "us-east-1",
    endpoint: "http://minio:9000",
    forcePathStyle: true,
    checksums: "when-required",
    partSizeMiB: 16,
    sse: { algorithm: "aws:kms", kmsKeyId: "alias/x" },
  });
});

test.each(["http://localhost:8484", "http://127.0.0.1:8484", "http://[::1]:8484", "https://wfm.example.com/tenant/"])(
  "accepts %s as the address of a connection",
  (url) => {
    const loaded = load(changed("https://bu-1234.example.com", url));
    expect(loaded.connections.get("acme")?.definition.url).toBe(url.replace(/\/$/, ""));
  },
);

test("supports anchors and aliases", () => {
  const text = changed("timeZone: America/Chicago", "timeZone: &zone Europe/Paris");
  expect(load(text.replace("formats: [raw]", "timeZone: *zone")).exports.get("schedules")?.timeZone).toBe("Europe/Paris");
});

test("reports five different problems with their positions, in the order of the file", () => {
  const text = [
    ["maxConcurrentJobs: 4", "maxConcurentJobs: 4"],
    ["bucket: acme-wfm", "bucket: Acme"],
    ["agent-schedule-detail", "agent-schedule-detial"],
    ["30 1 * * *", "30 25 * * *"],
    ["    destination: lake", "    destination: pond"],
  ].reduce((text, [from = "", to = ""]) => changed(from, to, text), BASE);
  expect(problemsOf(text)).toEqual([
    "nightferry.yaml:10:5 connections.acme.maxConcurentJobs: unknown key; did you mean maxConcurrentJobs?",
    expect.stringContaining("nightferry.yaml:14:13 destinations.lake.bucket: is not a valid bucket name"),
    'nightferry.yaml:22:15 exports.schedules.exporter: "agent-schedule-detial" is not an exporter; did you mean agent-schedule-detail?',
    expect.stringContaining("nightferry.yaml:23:15 exports.schedules.schedule: "),
    'nightferry.yaml:28:18 exports.schedules.destination: there is no destination "pond"; use one of lake, disk',
  ]);
});

test("an invalid output format hides no problem in parameters, selection, window and references", () => {
  const text = [
    ["outputFormat: JSON", "outputFormat: CSV"],
    ['timeFormat: "24"', "color: blue, timeFormat: 24"],
    ["{ muIds: all }", "{ ctIds: all }"],
    ["to: -1d", "to: -2d"],
    ["connection: acme", "connection: beta"],
    ["formats: [raw]", "formats: [csv, raw, raw]"],
  ].reduce((text, [from = "", to = ""]) => changed(from, to, text), BASE);
  const places = problemsOf(text).map((problem) => problem.split(" ")[1]);
  expect(places).toEqual([
    "exports.schedules.connection:",
    "exports.schedules.window.from:",
    "exports.schedules.select.ctIds:",
    "exports.schedules.outputFormat:",
    "exports.schedules.parameters.color:",
    "exports.schedules.parameters.timeFormat:",
    "exports.schedules.formats[0]:",
    "exports.schedules.formats[2]:",
  ]);
});

test.each([
  ["an empty file", "", ["nightferry.yaml:1:1 is empty; write version, connections, destinations and exports"]],
  ["a list", "- 1\n", ["nightferry.yaml:1:1 is a list; write version, connections, destinations and exports"]],
  [
    "a file of a million characters",
    `# ${"x".repeat(1_000_000)}`,
    ["nightferry.yaml: is longer than a million characters; check that this is the configuration file"],
  ],
])("reports %s as one problem", (_, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});

test("rejects aliases that multiply", () => {
  const lines = Array.from(
    { length: 9 },
    (_, level) => `a${level}: &a${level} [${Array.from({ length: 9 }, () => (level === 0 ? "x" : `*a${level - 1}`)).join(", ")}]\n`,
  );
  expect(problemsOf(lines.join(""))).toEqual(["nightferry.yaml:1:1 aliases (*name) make more than 100 copies; write out the values"]);
});

test("rejects an alias that contains itself", () => {
  expect(problemsOf(changed('{ timeFormat: "24" }', "&circle { fields: [*circle] }"))).toContain(
    "nightferry.yaml:27:36 exports.schedules.parameters.fields[0]: this alias contains itself; write out the value",
  );
});

test("locates problems in a file with Windows line endings", () => {
  expect(problemsOf(changed("version: 1", "version: 2").replaceAll("\n", "\r\n"))).toEqual([
    "nightferry.yaml:1:10 version: is not supported; write version: 1",
  ]);
});

test("loading a damaged file never throws, and every problem has a position inside it", () => {
  const insertions = constantFrom(
    "",
    " ",
    "\n",
    "\t",
    ":",
    ": ",
    "- ",
    "*x",
    "&x ",
    "!t ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "#",
    "|\n",
    "%",
    "---\n",
    "? ",
    "null",
    "1",
    "~",
    "${",
    "\u0000",
    "\ufeff",
    "é𝄞",
    "__proto__: 1\n",
  );
  const damage = record({ at: nat(EXAMPLE.length), removed: nat(30), inserted: insertions });
  assert(
    property(array(damage, { minLength: 1, maxLength: 5 }), (damages) => {
      const text = damages.reduce((text, { at, removed, inserted }) => text.slice(0, at) + inserted + text.slice(at + removed), EXAMPLE);
      const loaded = loadText(text);
      if (loaded.ok) return;
      const lineCount = text.split("\n").length;
      expect(loaded.error.length).toBeGreaterThan(0);
      for (const { line, column, message } of loaded.error) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lineCount);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message).not.toBe("");
      }
    }),
    { numRuns: 300 },
  );
});
