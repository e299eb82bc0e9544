import { describe, expect, it } from "vitest";
import { openSite } from "./program.ts";

const NO_DATABASE = "postgresql://bob:canary-db-secret@127.0.0.1:1/db";

/** Arguments, the environment they meet, the exit code, and words of the sentence. */
const CASES: [string, string[], Record<string, string>, number, RegExp][] = [
  ["an unknown command", ["ferry"], {}, 64, /unknown command 'ferry'/],
  ["an unknown option", ["runs", "--nonsense"], {}, 64, /unknown option '--nonsense'/],
  ["an argument too many", ["up", "schedules"], {}, 64, /too many arguments/],
  ["a missing argument", ["show"], {}, 64, /missing required argument 'run'/],
  ["a share that is none", ["verify", "--sample", "200%"], {}, 64, /A share is written as 10%/],
  ["a queue that is none", ["worker", "--queues", "submit,nonsense"], {}, 64, /there is no queue nonsense/],
  ["an unknown export to plan", ["plan", "nothing"], {}, 64, /nothing/],
  ["an unknown export to run", ["run", "nothing"], {}, 64, /nothing/],
  ["an unknown export to verify", ["verify", "nothing"], {}, 64, /nothing/],
  ["an unknown export to cover", ["coverage", "nothing"], {}, 64, /nothing/],
  ["an unknown export to backfill", ["backfill", "nothing", "--from", "2026-11-01", "--to", "2026-11-02"], {}, 64, /nothing/],
  ["an unknown connection", ["entities", "nothing"], {}, 64, /nothing/],
  ["a misspelled variable", ["runs"], { NIGHTFERRY_HTPP: "127.0.0.1:0" }, 78, /NIGHTFERRY_HTPP: is not known.*NIGHTFERRY_HTTP/],
  ["a log level that is none", ["up"], { LOG_LEVEL: "loud" }, 78, /LOG_LEVEL: is not a level/],
  ["no database, for runs", ["runs", "--json"], { DATABASE_URL: NO_DATABASE }, 69, /127\.0\.0\.1:1\/db.*DATABASE_URL/],
  ["no database, for up", ["up"], { DATABASE_URL: NO_DATABASE }, 69, /127\.0\.0\.1:1\/db.*DATABASE_URL/],
  ["no database, for run", ["run", "schedules"], { DATABASE_URL: NO_DATABASE }, 69, /127\.0\.0\.1:1\/db.*DATABASE_URL/],
  ["no queues, for up", ["up"], { QUEUE_URL: "redis://:canary-db-secret@127.0.0.1:1" }, 69, /127\.0\.0\.1:1.*QUEUE_URL/],
];

describe("a command that cannot do its work", () => {
  it.each(CASES)("because of %s tells so in plain words", async (_why, args, env, code, words) => {
    const site = await openSite();
    const program = site.start(args, { env });
    expect(await program.ended, program.stderr()).toBe(code);
    expect(program.stderr()).toMatch(words);
    expect(program.stderr()).not.toContain("    at ");
    expect(program.stderr()).not.toContain("unexpected, please report");
    expect(program.stderr()).not.toContain("canary-db-secret");
    expect(program.stdout()).toBe("");
    // 64 may repeat the usage; everything else is one sentence, log lines of services aside.
    const sentences = program
      .stderr()
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith("{"));
    if (code !== 64) expect(sentences).toHaveLength(1);
    expect(site.simulator.stats.logins).toBe(0);
  });
});
