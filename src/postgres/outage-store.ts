import type { Outage, System } from "../core/outage.ts";
import type { OutageStore } from "../core/stores.ts";
import type { Outage as OutageRow, PrismaClient } from "./generated/client.ts";
import { readFailure, toJson } from "./json-columns.ts";
import { readWord } from "./read-column.ts";

export function createOutageStore(prisma: PrismaClient): OutageStore {
  return {
    list: async () => (await prisma.outage.findMany({ orderBy: [{ kind: "asc" }, { name: "asc" }] })).map(rowToOutage),
    put: (outage) => put(prisma, outage),
    claimProbe: async ({ kind, name }, now, until) => {
      const { count } = await prisma.outage.updateMany({ where: { kind, name, retryAt: { lte: now } }, data: { retryAt: until } });
      return count === 1;
    },
    end: async ({ kind, name }) => (await prisma.outage.deleteMany({ where: { kind, name } })).count === 1,
  };
}

async function put(prisma: PrismaClient, { system, since, failures, retryAt, lastFailure }: Outage): Promise<boolean> {
  const columns = { failures, retryAt, lastFailure: toJson(lastFailure) };
  const { count } = await prisma.outage.createMany({ data: [{ ...system, since, ...columns }], skipDuplicates: true });
  if (count === 1) return true;
  await prisma.outage.updateMany({ where: system, data: columns });
  return false;
}

const KINDS: readonly System["kind"][] = ["connection", "destination"];

function rowToOutage({ kind, name, since, failures, retryAt, lastFailure }: OutageRow): Outage {
  const place = { table: "outages", id: `${kind} ${name}` };
  const system = { kind: readWord(place, "kind", { value: kind, words: KINDS }), name };
  return { system, since, failures, retryAt, lastFailure: readFailure(place, "last_failure", lastFailure) };
}
