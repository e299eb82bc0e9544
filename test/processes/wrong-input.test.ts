import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { manifestSchema } from "../../src/core/publish/manifest.ts";
import { expectedRecords } from "../../src/simulator/expected-records.ts";
import { startS3Server } from "../fakes/s3-server.ts";
import type { Program } from "./follow.ts";
import { openSite, readObject, type Site } from "./program.ts";

const YAML = `version: 1
conections: {}
connections:
  acme: { url: "https://wfm.example.com", customerId: one, userName: bob, password: "\${env:WFM_PASSWORD}" }
destinations:
  lake: { type: file }
exports:
  schedules:
    connection: acme
    exporter: agent-schedule-detai
    schedule: "61 1 * * *"
    destination: lake
`;

async function expectSentence(program: Program, code: number, words: RegExp): Promise<void> {
  expect(await program.ended).toBe(code);
  expect(program.stderr()).toMatch(words);
  expect(program.stderr()).not.toMatch(/^\s+at /m);
  expect(program.stderr()).not.toContain("unexpected");
}

describe("wrong input", () => {
  it("with five mistakes in the configuration gets five located messages, and exit 78", async () => {
    const site = await openSite();
    await writeFile(join(site.directory, "nightferry.yaml"), YAML);
    const check = site.start(["check"]);
    expect(await check.ended).toBe(78);
    const places = check
      .stderr()
      .trim()
      .split("\n")
      .map((line) => /^nightferry\.yaml:(\d+):\d+ \S/.exec(line)?.[1]);
    expect(places).toEqual(["2", "4", "6", "10", "11"]);
    expect(check.stdout()).toBe("");
  });

  it.each([
    [["blah"], 64],
    [["run"], 64],
    [["run", "nothing"], 64],
    [["run", "schedules", "--from", "2026-02-30", "--to", "2026-03-01"], 64],
    [["run", "schedules", "--from", "2026-03-02", "--to", "2026-03-01"], 64],
    [["show", "17"], 1],
    [["--config", "none.yaml", "check"], 78],
  ])("%j ends with %i and a sentence", async (args, code) => {
    const site = await openSite();
    await expectSentence(site.start(args), code, /\w/);
  });

  it("of a database that is not there is one sentence without its password, and exit 69", async () => {
    const site = await openSite();
    const runs = site.start(["runs"], { env: { DATABASE_URL: "postgresql://u:leaked-db-secret@127.0.0.1:1/db" } });
    await expectSentence(runs, 69, /127\.0\.0\.1:1\/db.*DATABASE_URL/);
    expect(runs.stderr()).not.toContain("leaked-db-secret");
  });

  it.each([
    [["up"], /another program uses this address.*NIGHTFERRY_HTTP/],
    [["simulate", "--port", "TAKEN"], /another program uses this address.*--port/],
  ])("of an address in use is one sentence for %j, exit 69, and nothing is begun", async (args, words) => {
    const site = await openSite();
    const { host, port } = new URL(site.wfmUrl);
    const given = args.map((word) => (word === "TAKEN" ? port : word));
    const program = site.start(given, { env: { NIGHTFERRY_HTTP: host } });
    await expectSentence(program, 69, words);
    expect(program.stderr()).not.toContain("process.started");
    expect(site.simulator.stats).toMatchObject({ logins: 0, statusAll: 0 });
  });
});

describe("a run", () => {
  it("archives what the simulator made, as its manifest says", async () => {
    const site = await openSite();
    const run = site.start(["run", "schedules", "--from", "2026-11-22", "--to", "2026-11-22"]);
    expect(await run.ended, run.stderr()).toBe(0);
    const directory = "raw/schedules/business_date=2026-11-22";
    expect(await site.objects()).toEqual([`${directory}/_SUCCESS`, `${directory}/_manifest.json`, `${directory}/part-000.json.gz`]);
    const manifest = manifestSchema.parse(JSON.parse((await readObject(site, `${directory}/_manifest.json`)).toString()));
    const part = await readObject(site, `${directory}/part-000.json.gz`);
    const rows: unknown[] = JSON.parse(gunzipSync(part).toString());
    const [artifact] = manifest.artifacts;
    expect(artifact).toMatchObject({ bytes: part.byteLength, sha256: createHash("sha256").update(part).digest("hex") });
    expect(artifact?.records).toBe(rows.length);
    expect(artifact?.records).toBe(expectedRecords("agent-schedule-detail", manifest.requests[0]!, site.simulator.options));
    const verify = site.start(["verify", "schedules"]);
    expect(await verify.ended).toBe(0);
    expect(verify.stdout()).toBe("1 partition read back, 0 problems\n");
    await writeFile(join(site.directory, "archive", directory, "part-000.json.gz"), part.subarray(1));
    expect(await site.start(["verify"]).ended).toBe(1);
  });

  const failures: [string, (site: Site) => Promise<Program>, RegExp][] = [
    [
      "with a wrong password",
      async (site) => site.start(["run", "schedules"], { env: { WFM_PASSWORD: "wrong" } }),
      /WFM refused the login .*check customerId, userName and password/,
    ],
    [
      "to a host that does not answer",
      async (site) => {
        await site.configure({ url: "http://127.0.0.1:1" });
        return site.start(["run", "schedules"]);
      },
      /cannot reach http:\/\/127\.0\.0\.1:1 .*check the url/,
    ],
    [
      "into a missing bucket",
      async (site) => {
        const s3 = await startS3Server();
        site.simulator.setFaults("");
        await site.configure({ destination: { type: "s3", bucket: "missing", endpoint: s3.endpoint, forcePathStyle: true } });
        const run = site.start(["run", "schedules"]);
        void run.ended.then(() => s3.close());
        return run;
      },
      /s3:\/\/missing.*does not exist; create it/,
    ],
    [
      "onto a full disk",
      async (site) => {
        // A limit on the size of files stands in for a full disk: the write fails alike, once the limit's signal is not deadly.
        const deaf = "--import data:text/javascript,process.on('SIGXFSZ',()=>{})";
        return site.start(["run", "schedules"], { shell: "ulimit -f 2", env: { NODE_OPTIONS: deaf } });
      },
      /no space left at .*archive; free some space/,
    ],
  ];

  it.each(failures)("%s says what to mend, and leaves nothing that looks whole", async (_what, start, words) => {
    const site = await openSite();
    const run = await start(site);
    await expectSentence(run, 1, words);
    expect(await site.objects()).toEqual([]);
    expect(run.stderr()).toContain("nightferry retry");
  });

  it("with a password that was put right asks at once", async () => {
    const site = await openSite();
    // Entities by their ids: nothing is asked of WFM before the submit, which the breaker holds up.
    const schedules = { connection: "acme", exporter: "agent-schedule-detail", select: { muIds: [101] }, destination: "lake" };
    await site.configure({ exports: { schedules } });
    const on = (date: string) => ["run", "schedules", "--from", date, "--to", date];
    await expectSentence(site.start(on("2026-11-20"), { env: { WFM_PASSWORD: "wrong" } }), 1, /refused the login/);
    const run = site.start(on("2026-11-21"));
    expect(await run.ended, run.stderr()).toBe(0);
  });

  it("is checked beforehand by check --connect, with exit 69", async () => {
    const site = await openSite();
    const good = site.start(["check", "--connect"]);
    expect(await good.ended, good.stderr()).toBe(0);
    const bad = site.start(["check", "--connect"], { env: { WFM_PASSWORD: "wrong" } });
    await expectSentence(bad, 69, /connection acme: WFM refused the login/);
  });
});
