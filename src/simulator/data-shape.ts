import type { Entity, EntityKind } from "../core/exports/entity.ts";

/** How many entities of each kind the simulated tenant has. */
type EntityCounts = Readonly<Partial<Record<EntityKind, number>>>;

/** Describes the data of the simulated tenant. Simulators with equal shapes answer equal requests with equal bytes. */
export interface DataShape {
  readonly seed: number;
  readonly entities: readonly Entity[];
  readonly agentsPerMu: number;
  /** `null` applies the rule of each exporter. */
  readonly rowsPerEntityDate: number | null;
  /**
   * Pads every row to this many bytes, which makes large results cheap. The rows of one entity and date then differ only in a sequence
   * number. `null` adds no padding.
   */
  readonly rowBytes: number | null;
}

export interface DataShapeOptions {
  readonly seed?: number;
  /** The number of entities per kind, or the entities. */
  readonly entities?: EntityCounts | readonly Entity[];
  readonly agentsPerMu?: number;
  readonly rowsPerEntityDate?: number;
  readonly rowBytes?: number;
}

const FIRST_ID: Readonly<Record<EntityKind, number>> = { mu: 101, ct: 201, bu: 301, eg: 401 };
const DEFAULT_COUNTS: Readonly<Record<EntityKind, number>> = { mu: 6, ct: 4, bu: 2, eg: 2 };
const NAMES: Readonly<Record<EntityKind, readonly string[]>> = {
  mu: ["Sales East", "Sales West", "Support Chicago", "Support Łódź", "Billing", "Back Office"],
  ct: ["Sales Voice", "Support Voice", "Support Chat", "Billing Voice"],
  bu: ["Americas", "EMEA"],
  eg: ["Voice", "Digital"],
};

/** The time-off groups of every simulated tenant. The API cannot list them. */
export const TIME_OFF_GROUPS: readonly number[] = [501, 502, 503];

export function createDataShape(options: DataShapeOptions = {}): DataShape {
  return {
    seed: options.seed ?? 1,
    entities: createEntities(options.entities ?? {}),
    agentsPerMu: options.agentsPerMu ?? 12,
    rowsPerEntityDate: options.rowsPerEntityDate ?? null,
    rowBytes: options.rowBytes ?? null,
  };
}

export function entityIds(shape: DataShape, kind: EntityKind): number[] {
  return shape.entities.filter((entity) => entity.kind === kind).map((entity) => entity.id);
}

/** The contact types of a business unit. Each contact type belongs to exactly one business unit, assigned in turn. */
export function contactTypesOf(shape: DataShape, buId: number): number[] {
  const businessUnits = entityIds(shape, "bu");
  const position = businessUnits.indexOf(buId);
  return position === -1 ? [] : entityIds(shape, "ct").filter((_, index) => index % businessUnits.length === position);
}

function createEntities(wanted: EntityCounts | readonly Entity[]): readonly Entity[] {
  if (isEntityList(wanted)) return wanted;
  const kinds: readonly EntityKind[] = ["mu", "ct", "bu", "eg"];
  return kinds.flatMap((kind) =>
    Array.from({ length: wanted[kind] ?? DEFAULT_COUNTS[kind] }, (_, index) => ({
      kind,
      id: FIRST_ID[kind] + index + (index >= 100 ? 10_000 : 0),
      name: nameOf(kind, index),
    })),
  );
}

function isEntityList(wanted: EntityCounts | readonly Entity[]): wanted is readonly Entity[] {
  return Array.isArray(wanted);
}

function nameOf(kind: EntityKind, index: number): string {
  const names = NAMES[kind];
  const name = names[index % names.length] ?? kind;
  const round = Math.floor(index / names.length);
  return round === 0 ? name : `${name} ${round + 1}`;
}
