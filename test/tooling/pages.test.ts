import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/core/base/failure.ts";
import type { Job, StateName } from "../../src/core/jobs/job.ts";
import type { QuarantineCopy } from "../../src/core/ports/stored-object.ts";
import { IllegalTransition, type JobEvent, transition } from "../../src/core/jobs/transition.ts";
import { FACTS, NOW, jobsByState } from "../factories/job-samples.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "test/README.md",
  "prisma/README.md",
  "src/simulator/README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

describe("a page", () => {
  it.each(PAGES)("%s links only to files that exist", (page) => {
    const targets = [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });

  it.each(PAGES.filter((page) => page !== "docs/README.md" && !page.startsWith("docs/decisions/")))(
    "%s is in the index of docs",
    (page) => {
      const index = [...read("docs/README.md").matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => join("docs", target));
      expect(index).toContain(page);
    },
  );
});

describe("the architecture page", () => {
  const page = read("docs/architecture.md");

  it("names only files that exist", () => {
    const [, places = ""] = page.split("## Where is ...?");
    const table = (places.split("\n## ")[0] ?? "")
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .join("\n");
    const paths = [...table.matchAll(/`([a-z0-9/-]+(?:\.ts|\/))`/g)].map(([, path = ""]) => join("src", path));
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it.each(["core", "flows"])("lists the phases of %s that exist, in the order that the layer check enforces", (layer) => {
    const [, line = ""] = new RegExp(`^${layer}: +(.*)$`, "m").exec(page) ?? [];
    const listed = line.split(" → ");
    expect([...listed].sort()).toEqual(readdirSync(join(ROOT, "src", layer)).sort());
    const [, enforced = ""] = new RegExp(`const ${layer.toUpperCase()} = \\[([^\\]]*)\\]`).exec(read("test/tooling/layers.cjs")) ?? [];
    expect(listed).toEqual([...enforced.matchAll(/"([a-z]+)"/g)].map(([, name]) => name));
  });

  it("draws exactly the transitions that a job can make", () => {
    const drawn = [...page.matchAll(/^ {2}([a-z]+) --> ([a-z]+): ([a-z-]+)/gm)].map(([, from, to, event]) => `${from} ${event} ${to}`);
    expect(drawn.sort()).toEqual(legalTransitions().sort());
  });
});

function legalTransitions(): string[] {
  return Object.values(jobsByState()).flatMap((job) =>
    EVENTS.flatMap((event) => {
      const to = stateAfter(job, event);
      return to ? [`${job.state} ${event.type} ${to}`] : [];
    }),
  );
}

function stateAfter(job: Job, event: JobEvent): StateName | null {
  try {
    return transition(job, event, NOW).state;
  } catch (error) {
    if (error instanceof IllegalTransition) return null;
    throw error;
  }
}

const failure: Failure = { reason: "job-failed", detail: "Internal server error" };
const announced = { records: 1, compressedBytes: null, uncompressedBytes: null };
const jobId = "9b2fe7bb8362429fb85a16c9373cf50c" as Extract<JobEvent, { type: "accepted" }>["jobId"];
const copy: QuarantineCopy = {
  key: "_quarantine/acme/1.json",
  uri: "s3://lake/_quarantine/acme/1.json",
  bytes: 1,
  sha256: "0".repeat(64),
  mediaType: "application/json",
  encoding: "identity",
  quarantinedAt: NOW,
};

/** One event of every type; a type that is missing does not compile. */
const EVENT_BY_TYPE: { readonly [Type in JobEvent["type"]]: Omit<Extract<JobEvent, { readonly type: Type }>, "type"> } = {
  submit: { fencingToken: FACTS.id },
  accepted: { jobId },
  "claimed-by-reconciliation": { jobId },
  "not-accepted": { failure, retryAt: NOW },
  rejected: { failure },
  started: {},
  completed: { completedAt: NOW, deadline: NOW, announced, additionalDetails: null },
  failed: { failure },
  canceled: { failure },
  vanished: { failure, retryAt: NOW },
  split: { failure },
  claimed: { fencingToken: FACTS.id, leaseUntil: NOW },
  released: { failure, retryAt: NOW },
  "claim-rejected": { failure, retryAt: NOW },
  deferred: { until: NOW },
  quarantined: { copy },
  "copy-rejected": { failure, retryAt: NOW },
  archived: {},
  superseded: { failure },
  lost: { failure },
  abandoned: {},
  resumed: {},
};
const EVENTS = Object.entries(EVENT_BY_TYPE).map(([type, facts]) => ({ type, ...facts }) as JobEvent);
