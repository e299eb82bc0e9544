import Table from "cli-table3";

/** Prints figures with their names, one on each line. */
export function printTable(figures: Readonly<Record<string, string | number>>): void {
  const table = new Table({ colAligns: ["left", "right"], style: { border: [], compact: true } });
  for (const [name, value] of Object.entries(figures)) table.push([name, String(value)]);
  process.stdout.write(`${table.toString()}\n`);
}
