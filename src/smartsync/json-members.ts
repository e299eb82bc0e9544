export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `undefined` when the text is not JSON: `null` is a document. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The members of a record that say something, under names without case and separators: the vendor's spelling is not known everywhere. */
export function membersOf(record: JsonRecord): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    const plain = plainName(name);
    if (value !== null && value !== undefined && !members.has(plain)) members.set(plain, value);
  }
  return members;
}

export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The first of these members that is there. */
export function firstMember(members: ReadonlyMap<string, unknown>, names: readonly string[]): unknown {
  for (const name of names) {
    if (members.has(name)) return members.get(name);
  }
  return undefined;
}

/** A text that is not blank; `null` otherwise. */
export function toText(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** A whole number from 0 on, or the same in digits; `null` otherwise. */
export function toCount(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*\d{1,16}\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}
