import { ENDPOINTS, FAULTS } from "./faults.ts";

/** The page `src/simulator/README.md`, generated from the list of faults. */
export function faultReference(): string {
  const rows = Object.entries(FAULTS).map(
    ([name, { value, example, description }]) => `| \`${name}\` | ${formOf(value)} | \`${example}\` | ${escape(description)} |`,
  );
  return [
    "# SmartSync simulator: faults",
    "",
    "<!-- Generated from faults.ts by write-fault-reference.ts. Do not edit. -->",
    "",
    "The simulator is a SmartSync server with fault injection. A fault selects one of the forms that the vendor's documentation leaves open, or",
    "simulates a failure of the server or the network. There are three ways to set faults:",
    "",
    "- On the command line, for all clients: `nightferry simulate --fault spelling=double latency=200`.",
    "- In the environment, for all clients: `NIGHTFERRY_SIMULATOR_FAULTS=spelling=double,latency=200`. If both set the same fault, the",
    "  command line takes keepReason.",
    "- In a URL, for the requests to that URL: `http://127.0.0.1:8484/~spelling=double,latency=200`. Used as the `url` of a connection, it",
    "  affects that connection only. A fault in a URL takes keepReason over the same fault for all clients, and is counted separately.",
    "",
    `Append \`:ENDPOINT\` to limit a fault to one endpoint (${ENDPOINTS.map((endpoint) => `\`${endpoint}\``).join(", ")}), and \`:xN\``,
    "to limit it to the first N requests that it applies to: `server-errors=1:result:x2` answers the first two requests for results with 500.",
    "",
    "`nightferry simulate --faults` prints this list, and the simulator serves it at `/`.",
    "",
    "| fault | value | example | effect |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

const FORMS: Readonly<Record<string, string>> = {
  none: "",
  count: "a positive integer",
  signed: "a signed integer",
  ids: "ids joined by `+`",
};

function formOf(value: string | readonly string[]): string {
  return typeof value === "string" ? (FORMS[value] ?? value) : value.map((word) => `\`${word}\``).join(", ");
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}
