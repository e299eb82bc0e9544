/** Where a value was read: a table and the row's key. */
export interface RowPlace {
  readonly table: string;
  readonly id: string;
}

/** A row that holds what no version of this program writes. Nothing is guessed from it. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
  readonly code = "UNREADABLE_ROW";

  constructor({ table, id }: RowPlace, detail: string) {
    super(`row ${id} of table ${table} cannot be read: ${detail}`);
  }
}
