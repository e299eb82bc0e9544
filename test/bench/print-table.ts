import Table from "cli-table3";

/** Figures with their names, one a line. */
export function printTable(figures: Readonly<Record<string, string | number>>): void {
  const table = new Table({ colAligns: ["left", "right"], style: { border: [], compact: true } });
  for (const [name, value] of Object.entries(figures)) table.push([name, String(value)]);
  process.stdout.write(`${table.toString()}\n`);
}
