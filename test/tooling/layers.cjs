// The layer rule of src/README.md, as a check. core knows only itself; flows know only core; adapters know core and
// their library, never each other; only app.ts knows everything below it.
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
