/** Where a value was read: a table and the key of the row. */
export interface RowPlace {
  readonly table: string;
  readonly id: string;
}

/** A row with a value that this version of the program does not write. The program does not guess its meaning. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
  readonly code = "UNREADABLE_ROW";

  constructor({ table, id }: RowPlace, detail: string) {
    super(`row ${id} of table ${table} cannot be read: ${detail}`);
  }
}
