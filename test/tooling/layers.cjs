// The layers of docs/architecture.md as a check. core knows only itself; flows know only core; adapters know core and their library,
// never each other; only app.ts knows everything below it. A directory of core or flows may import only those to its left.
const CORE = [
  "base",
  "exporters",
  "exports",
  "breakers",
  "ports",
  "jobs",
  "transfer",
  "plan",
  "schedule",
  "submit",
  "publish",
  "coverage",
  "quarantine",
  "alerts",
  "persistence",
  "poll",
  "events",
];

const FLOWS = [
  "ports",
  "wakeups",
  "leases",
  "breakers",
  "alerts",
  "jobs",
  "quarantine",
  "schedule",
  "plan",
  "submit",
  "transfer",
  "publish",
  "poll",
  "archive",
  "reconcile",
  "runtime",
];

const ADAPTERS = [
  "smartsync",
  "postgres",
  "bullmq",
  "storage",
  "formats",
  "simulator",
  "embedded",
  "http",
  "config",
  "observability",
  "webhook",
];

/** One rule for each directory but the last: it imports nothing to its right. */
const inOrder = (layer, order) =>
  order.slice(0, -1).map((name, index) => ({
    name: `${layer}-${name}-imports-only-to-its-left`,
    severity: "error",
    from: { path: `^src/${layer}/${name}/` },
    to: { path: `^src/${layer}/(${order.slice(index + 1).join("|")})/` },
  }));

/** A new directory has to take its place in the order. */
const onlyKnown = (layer, order) => ({
  name: `${layer}-has-only-known-directories`,
  severity: "error",
  from: {},
  to: { path: `^src/${layer}/`, pathNot: `^src/${layer}/(${order.join("|")})/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-imports-only-core",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: ["^src/core/", "^node_modules/(zod|croner|temporal-polyfill|temporal-spec|temporal-utils)/"] },
    },
    { name: "flows-import-only-core", severity: "error", from: { path: "^src/flows/" }, to: { pathNot: ["^src/core/", "^src/flows/"] } },
    ...inOrder("core", CORE),
    ...inOrder("flows", FLOWS),
    onlyKnown("core", CORE),
    onlyKnown("flows", FLOWS),
    ...ADAPTERS.map((adapter) => ({
      name: `${adapter}-knows-core-and-itself`,
      severity: "error",
      from: { path: `^src/${adapter}/` },
      to: { path: "^(src|workers|test)/", pathNot: ["^src/core/", `^src/${adapter}/`] },
    })),
    { name: "nothing-imports-an-entry", severity: "error", from: {}, to: { path: "^(workers/|src/cli/main)" } },
    { name: "product-does-not-import-tests", severity: "error", from: { path: "^(src|workers)/" }, to: { path: "^test/" } },
    {
      name: "product-does-not-import-development-packages",
      severity: "error",
      from: { path: "^(src|workers)/", pathNot: "^src/cli/demo/" },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "src/postgres/generated" },
  },
};
