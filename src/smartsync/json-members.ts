export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `undefined` if the text is not JSON. `null` is a valid document. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The members of a record that are not null, by normalized name: the vendor does not document the spelling of every member. */
export function membersOf(record: JsonRecord): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    const plain = normalizeName(name);
    if (value !== null && value !== undefined && !members.has(plain)) members.set(plain, value);
  }
  return members;
}

export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The value of the first name that the members contain. */
export function firstMember(members: ReadonlyMap<string, unknown>, names: readonly string[]): unknown {
  for (const name of names) {
    if (members.has(name)) return members.get(name);
  }
  return undefined;
}

/** The trimmed text, or `null` if the value is not text or is blank. */
export function toText(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A non-negative integer, given as a number or as digits. `null` for anything else. */
export function toCount(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*\d{1,16}\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
