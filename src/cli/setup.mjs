// Prepares a fresh clone: installs the locked packages, generates the database client and builds the program, each only if it is out of
// date. This is plain JavaScript without imports from npm, because it runs before any package is installed.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const stampFile = join(root, "node_modules", ".nightferry-setup.json");
const program = join(root, "dist", "src", "cli", "main.js");
const client = join(root, "src", "postgres", "generated", "client.ts");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Nightferry needs Node 20.19 or newer; this is ${process.versions.node}`);
}

const wanted = {
  packages: digest("package-lock.json", "package.json"),
  schema: digest("prisma/schema.prisma"),
  sources: digest(...listSources("src"), ...listSources("workers")),
  node: process.versions.node.split(".")[0],
};
const present = readStamp();
if (present.packages !== wanted.packages || present.node !== wanted.node) {
  say("installing packages (once)");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm could not install the packages; see its messages above");
}
if (present.schema !== wanted.schema || present.packages !== wanted.packages || !existsSync(client)) {
  say("generating the database client (once)");
  // The generator requires an engine that it does not use. Any executable is accepted.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" };
  const prisma = join(root, "node_modules", "prisma", "build", "index.js");
  run(process.execPath, [prisma, "generate", "--config", "prisma/prisma.config.ts"], "the database client could not be generated", env);
}
if (JSON.stringify(present) !== JSON.stringify(wanted) || !existsSync(program)) {
  // `npm run check` checks the types. This only translates to JavaScript.
  run("npm", ["run", "--silent", "build"], "the program could not be built");
}
mkdirSync(dirname(stampFile), { recursive: true });
writeFileSync(stampFile, JSON.stringify(wanted));

function digest(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function listSources(directory) {
  const entries = readdirSync(join(root, directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("generated"));
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return {};
  }
}

function run(command, args, complaint, env = process.env) {
  // The tools print to standard error, because standard output belongs to the command that runs afterwards.
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(error ? `${complaint} (${error.message})` : complaint);
}

function say(text) {
  process.stderr.write(`nightferry: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
