import { CALLS, FAULTS } from "./faults.ts";

/** The page `src/simulator/README.md`, made from the list of faults. */
export function faultReference(): string {
  const rows = Object.entries(FAULTS).map(
    ([name, { value, example, does }]) => `| \`${name}\` | ${formOf(value)} | \`${example}\` | ${escape(does)} |`,
  );
  return [
    "# The simulator's faults",
    "",
    "<!-- Made from faults.ts by write-fault-reference.ts. -->",
    "",
    "A SmartSync server that plays everything the vendor's contract leaves open, and everything that goes wrong with servers and networks.",
    "There are three ways to ask for faults:",
    "",
    "- on the command line, for everybody: `nightferry simulate --fault spelling=double latency=200`;",
    "- in the environment, for everybody: `NIGHTFERRY_SIMULATOR_FAULTS=spelling=double,latency=200`. Where both name the same fault,",
    "  the command line decides;",
    "- in a URL, for whoever uses it: `http://127.0.0.1:8484/~spelling=double,latency=200`. As a connection's `url` it disturbs that",
    "  connection only; a fault in a URL comes before the same fault for everybody, and counts for itself.",
    "",
    `Behind any fault, \`:CALL\` binds it to one call (${CALLS.map((call) => `\`${call}\``).join(", ")}), and \`:xN\` to the first N times that it`,
    "comes into question: `server-errors=1:result:x2` answers the first two calls for results with 500.",
    "",
    "`nightferry simulate --faults` prints this list, and the simulator itself serves it at `/`.",
    "",
    "| fault | value | for example | what it does |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

const FORMS: Readonly<Record<string, string>> = {
  none: "",
  count: "a number from 1 on",
  signed: "a number with its sign",
  ids: "ids joined by `+`",
};

function formOf(value: string | readonly string[]): string {
  return typeof value === "string" ? (FORMS[value] ?? value) : value.map((word) => `\`${word}\``).join(", ");
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}
