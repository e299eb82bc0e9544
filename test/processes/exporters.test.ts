import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type ExporterDefinition, EXPORTERS } from "../../src/core/exporters/built-in-exporters.ts";
import type { ExporterDocument } from "../../src/core/exporters/exporter-document.ts";
import { manifestSchema } from "../../src/core/publish/manifest.ts";
import { logIn } from "../simulator/plain-client.ts";
import type { Program } from "./follow.ts";
import { openSite, readObject, type Site } from "./program.ts";

const OWN = "agent-adherence-attribute-detail";

const DEFINITION: ExporterDefinition = {
  slug: OWN,
  title: "Agent Adherence by Attribute Detail",
  selector: "management-units",
  formats: ["PIPE", "JSON"],
  formatOptionalForJson: false,
  isSplitByDate: false,
  parameters: {},
  takesAnyParameter: true,
};

/** One export of an exporter that the file itself describes. */
async function configureOwn(site: Site, changes: object = {}, more: object = {}): Promise<void> {
  const configuration = {
    version: 1,
    connections: { acme: { url: site.wfmUrl, customerId: 1, userName: "demo", password: "${env:WFM_PASSWORD}" } },
    destinations: { lake: { type: "file", path: "./archive" } },
    exporters: { [OWN]: { title: DEFINITION.title, selector: DEFINITION.selector, formats: DEFINITION.formats, ...more } },
    exports: { details: { connection: "acme", exporter: OWN, parameters: { mood: "any" }, destination: "lake", ...changes } },
  };
  await writeFile(join(site.directory, "nightferry.yaml"), stringify(configuration));
}

/** What a program printed, which has to be one JSON document and nothing else. */
async function documentOf(program: Program): Promise<unknown> {
  expect(await program.ended, program.stderr()).toBe(0);
  expect(program.stderr()).toBe("");
  return JSON.parse(program.stdout());
}

/** No database, no secrets, no configuration but what a test writes. */
const BARE = { env: { DATABASE_URL: "postgresql://nowhere.invalid/db", WFM_PASSWORD: null } };

describe("exporters", () => {
  it("prints the built-in exporters without a configuration or a database", async () => {
    const site = await openSite();
    const args = ["--config", "nightferry.yaml", "exporters"];
    const missing = site.start(["--config", "none.yaml", "exporters"], BARE);
    expect(await missing.ended).toBe(78);
    await writeFile(join(site.directory, "nightferry.yaml"), "version: 1\nconnections: {}\ndestinations: {}\nexports: {}\n");
    const named = site.start(args, BARE);
    expect(await named.ended).toBe(0);
    const all = (await documentOf(site.start(["exporters", "--json"], BARE))) as ExporterDocument[];
    expect(all.map(({ slug, source }) => `${slug} ${source}`)).toEqual(EXPORTERS.map(({ slug }) => `${slug} built-in`));
    for (const { slug, title } of EXPORTERS) expect(named.stdout()).toMatch(new RegExp(`${slug} .*${title} `));
    expect(named.stdout()).toContain("PIPE, XML, JSON");
  });

  it("prints one with every parameter, its rule for each format, and what its values look like", async () => {
    const site = await openSite();
    const one = (await documentOf(site.start(["exporters", "agent-vacation-summary", "--json"], BARE))) as ExporterDocument;
    expect(one).toMatchObject({ slug: "agent-vacation-summary", selector: "time-off-groups", formats: ["PIPE", "XML", "JSON"] });
    expect(one.parameters[1]).toEqual({
      name: "timeFormat",
      values: 'one of "12", "24", in quotes',
      use: { PIPE: "required", XML: "forbidden", JSON: "required" },
    });
    const printed = site.start(["exporters", "agent-vacation-summary"], BARE);
    expect(await printed.ended).toBe(0);
    expect(printed.stdout()).toMatch(/timeFormat +required +forbidden +required +one of "12", "24", in quotes/);
  });

  it("knows no other, and says which was meant, with exit 64", async () => {
    const site = await openSite();
    const unknown = site.start(["exporters", "agent-inf", "--json"], BARE);
    expect(await unknown.ended).toBe(64);
    expect(unknown.stderr()).toBe("there is no exporter agent-inf; did you mean agent-info?\n");
    expect(unknown.stdout()).toBe("");
  });

  it("lists those that the configuration adds, whatever else is wrong with it", async () => {
    const site = await openSite();
    await configureOwn(site, { destination: "pond" });
    const all = (await documentOf(site.start(["exporters", "--json"], BARE))) as ExporterDocument[];
    expect(all.slice(EXPORTERS.length)).toMatchObject([{ slug: OWN, source: "configuration", anyParameter: true, parameters: [] }]);
    const text = await readFile(join(site.directory, "nightferry.yaml"), "utf8");
    await writeFile(join(site.directory, "nightferry.yaml"), text.replace("title:", "titel:"));
    const lying = site.start(["exporters", "--json"], BARE);
    expect(await lying.ended).toBe(0);
    expect(lying.stderr()).toMatch(/nightferry\.yaml:\d+:\d+ exporters\..*did you mean title\?/);
    expect(JSON.parse(lying.stdout())).toHaveLength(EXPORTERS.length);
    const named = site.start(["--config", "nightferry.yaml", "exporters", "--json"], BARE);
    expect(await named.ended).toBe(78);
    expect(named.stdout()).toBe("");
  });
});

describe("an exporter of one's own", () => {
  it("is checked, planned and archived like any other", async () => {
    const site = await openSite({ exporters: [DEFINITION] });
    await configureOwn(site, { select: { muIds: { names: ["Sales*", "Salez*"], except: [102] } } });
    expect(await site.start(["check"]).ended).toBe(0);
    const [plan] = (await documentOf(site.start(["plan", "--json"]))) as {
      readonly jobs: readonly { readonly request: unknown }[];
      readonly unmatched: unknown;
    }[];
    expect(plan).toMatchObject({ jobs: [{ request: { mood: "any", muIds: [101] } }], unmatched: ['muIds.names "Salez*"'] });
    const run = site.start(["run", "details", "--from", "2026-11-22", "--to", "2026-11-22"]);
    expect(await run.ended, run.stderr()).toBe(0);
    expect(run.stderr()).toBe('details: nothing that this login may view matches muIds.names "Salez*"\n');
    const directory = "raw/details/business_date=2026-11-22";
    const manifest = manifestSchema.parse(JSON.parse((await readObject(site, `${directory}/_manifest.json`)).toString()));
    expect(manifest).toMatchObject({ exporter: OWN, requests: [{ mood: "any" }], missing: [] });
    const connected = site.start(["check", "--connect"]);
    expect(await connected.ended).toBe(0);
    expect(connected.stdout()).toContain('export details: nothing that this login may view matches muIds.names "Salez*"');
  });
});

describe("an exporter of one's own whose rows have dates", () => {
  it("is cut by dates when its result is too large", async () => {
    const site = await openSite({ exporters: [DEFINITION], faults: "too-large=2" });
    await configureOwn(site, { select: { muIds: [101, 102] }, partition: "interval" }, { splitByDate: true });
    const run = site.start(["run", "details", "--from", "2026-11-21", "--to", "2026-11-22"]);
    expect(await run.ended, run.stderr()).toBe(0);
    expect(site.simulator.stats.submissions.map(({ startDate, endDate }) => `${startDate} ${endDate}`).sort()).toEqual([
      "2026-11-21 2026-11-21",
      "2026-11-21 2026-11-22",
      "2026-11-22 2026-11-22",
    ]);
  });
});

describe("simulate", () => {
  it("knows the exporters that the configuration adds", async () => {
    const site = await openSite();
    await configureOwn(site);
    const simulate = site.start(["simulate", "--port", "0"], BARE);
    const [line] = (await once(simulate.child.stdout!, "data")) as [Buffer];
    const visitor = await logIn(/http:\S+/.exec(line.toString())![0]);
    const request = { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", muIds: [101], mood: "any" };
    expect((await visitor.submit(OWN, request)).status).toBe(200);
    expect((await visitor.submit("agent-horoscope", request)).status).toBe(404);
    simulate.child.kill("SIGTERM");
    expect(await simulate.ended).toBe(0);
  });
});

describe("a run without the entities that WFM refuses", () => {
  it("is partial, and show, coverage and the manifest name them", async () => {
    const site = await openSite({ faults: "forbidden=102" });
    await site.configure({
      exports: {
        info: { connection: "acme", exporter: "agent-info", select: { muIds: [101, 102] }, onForbidden: "skip", destination: "lake" },
      },
    });
    const run = site.start(["run", "info", "--from", "2026-11-22", "--to", "2026-11-22"]);
    expect(await run.ended).toBe(1);
    expect(run.stdout()).toContain("failed info 2026-11-22, muIds 102");
    const missing = { interval: { from: "2026-11-22", to: "2026-11-22" }, entities: { muIds: [102] }, reason: "entities-forbidden" };
    const [{ id } = { id: "" }] = (await documentOf(site.start(["runs", "--json"]))) as { readonly id: string }[];
    expect(await documentOf(site.start(["show", id, "--json"]))).toMatchObject({ outcome: "partial", missing: [missing] });
    const shown = site.start(["show", id]);
    expect(await shown.ended).toBe(0);
    expect(shown.stdout()).toMatch(/missing 2026-11-22, muIds 102: this login may not view/);
    const range = ["coverage", "info", "--from", "2026-11-21", "--to", "2026-11-22"];
    expect(await documentOf(site.start([...range, "--json"]))).toMatchObject([
      { date: "2026-11-21", state: "missing", missing: [] },
      { date: "2026-11-22", state: "partial", missing: [missing] },
    ]);
    const covered = site.start(range);
    expect(await covered.ended).toBe(0);
    expect(covered.stdout()).toMatch(/2026-11-22 +partial +\S+ +muIds 102/);
    const manifest = manifestSchema.parse(
      JSON.parse((await readObject(site, "raw/info/business_date=2026-11-22/_manifest.json")).toString()),
    );
    expect(manifest.missing).toMatchObject([missing]);
    expect(await site.objects()).toContain("raw/info/business_date=2026-11-22/_SUCCESS");
  });
});
