/** WFM does not document how it spells exporter types (slug, title or module name), so only letters and digits are compared. */
export function isSameExporterName(one: string, other: string): boolean {
  return normalize(one) === normalize(other);
}

function normalize(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
