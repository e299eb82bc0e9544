import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startS3Server } from "../fakes/s3-server.ts";
import { openSite, type Program } from "./program.ts";

/** An address that refuses connections: it was free a moment ago. */
async function findClosedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function openBucket() {
  const s3 = await startS3Server();
  onTestFinished(() => s3.close());
  return { type: "s3", bucket: s3.bucket, endpoint: s3.endpoint, forcePathStyle: true };
}

async function expectOneSentence(program: Program, code: number, words: RegExp): Promise<void> {
  expect(await program.ended, program.stderr()).toBe(code);
  expect(program.stderr().trimEnd().split("\n")).toEqual([expect.stringMatching(words)]);
  expect(program.stderr()).not.toContain("    at ");
}

describe("check", () => {
  it("of a good file says so, exits 0, and asks nobody", async () => {
    const site = await openSite();
    const check = site.start(["check"], { env: { DATABASE_URL: await findClosedPort().then((url) => url.replace("http", "postgresql")) } });
    expect(await check.ended).toBe(0);
    expect(check.stdout()).toBe("nightferry.yaml: 1 connection, 1 destination, 1 export; no problems\n");
    expect(check.stderr()).toBe("");
    expect(site.simulator.stats.logins).toBe(0);
  });

  it.each(["a folder", "a bucket"])("--connect logs in, lists entities, and leaves %s as it was", async (place) => {
    const site = await openSite();
    const bucket = await openBucket();
    if (place === "a bucket") await site.configure({ destination: bucket });
    const check = site.start(["check", "--connect"]);
    expect(await check.ended, check.stderr()).toBe(0);
    expect(check.stdout()).toMatch(/^connection acme: logged in, may view [1-9]\d* entities$/m);
    expect(check.stdout()).toMatch(/^destination lake: wrote, read and deleted a probe at /m);
    expect(check.stderr()).toBe("");
    expect(site.simulator.stats).toMatchObject({ logins: 1, submits: 0 });
    expect(await readdir(join(site.folder, "archive"), { recursive: true }).catch(() => [])).toEqual([]);
  });

  it("--connect with a wrong password says what to mend, and exits 69", async () => {
    const site = await openSite();
    const check = site.start(["check", "--connect"], { env: { WFM_PASSWORD: "wrong" } });
    await expectOneSentence(check, 69, /^connection acme: WFM refused the login .*check customerId, userName and password$/);
  });

  it("--connect to a closed port says what to mend, and exits 69", async () => {
    const site = await openSite();
    const url = await findClosedPort();
    await site.configure({ url });
    const check = site.start(["check", "--connect"]);
    await expectOneSentence(check, 69, new RegExp(`^connection acme: cannot reach ${url}.*check the url and the network$`));
  });

  it("--connect to a missing bucket says what to mend, and exits 69", async () => {
    const site = await openSite();
    await site.configure({ destination: { ...(await openBucket()), bucket: "missing" } });
    await expectOneSentence(
      site.start(["check", "--connect"]),
      69,
      /^destination lake: s3:\/\/missing.*does not exist; create it, or correct the destination$/,
    );
  });

  it("--connect to a bucket that refuses the keys says what to mend, and exits 69", async () => {
    const site = await openSite();
    await site.configure({ destination: await openBucket() });
    const check = site.start(["check", "--connect"], { env: { AWS_SECRET_ACCESS_KEY: "wrong" } });
    await expectOneSentence(check, 69, /^destination lake: no permission for s3:\/\/.*check the credentials and the policy$/);
  });

  it("--connect to a destination that is no folder says what to mend, and exits 69", async () => {
    const site = await openSite();
    await writeFile(join(site.folder, "archive"), "");
    await expectOneSentence(site.start(["check", "--connect"]), 69, /^destination lake: .*archive/);
  });

  it("--connect tells everything that is wrong at once", async () => {
    const site = await openSite();
    await site.configure({ destination: { ...(await openBucket()), bucket: "missing" } });
    const check = site.start(["check", "--connect"], { env: { WFM_PASSWORD: "wrong" } });
    expect(await check.ended).toBe(69);
    const subjects = check
      .stderr()
      .trimEnd()
      .split("\n")
      .map((line) => line.split(":")[0]);
    expect(subjects).toEqual(["connection acme", "destination lake"]);
  });
});
