import type { Breaker, Dependency } from "../core/breakers/circuit-breaker.ts";
import type { BreakerRepository } from "../core/persistence/breaker-repository.ts";
import type { Breaker as BreakerRow, PrismaClient } from "./generated/client.ts";
import { readFailure, toJson } from "./json-columns.ts";
import { readWord } from "./read-column.ts";

export function createBreakerRepository(prisma: PrismaClient): BreakerRepository {
  return {
    list: async () => (await prisma.breaker.findMany({ orderBy: [{ kind: "asc" }, { name: "asc" }] })).map(rowToBreaker),
    put: (breaker) => put(prisma, breaker),
    claimProbe: async ({ kind, name }, now, until) => {
      const { count } = await prisma.breaker.updateMany({ where: { kind, name, retryAt: { lte: now } }, data: { retryAt: until } });
      return count === 1;
    },
    close: async ({ kind, name }) => (await prisma.breaker.deleteMany({ where: { kind, name } })).count === 1,
  };
}

async function put(prisma: PrismaClient, { dependency, since, failures, retryAt, lastFailure }: Breaker): Promise<boolean> {
  const columns = { failures, retryAt, lastFailure: toJson(lastFailure) };
  const { count } = await prisma.breaker.createMany({ data: [{ ...dependency, since, ...columns }], skipDuplicates: true });
  if (count === 1) return true;
  await prisma.breaker.updateMany({ where: dependency, data: columns });
  return false;
}

const KINDS: readonly Dependency["kind"][] = ["connection", "destination"];

function rowToBreaker({ kind, name, since, failures, retryAt, lastFailure }: BreakerRow): Breaker {
  const place = { table: "circuit_breakers", id: `${kind} ${name}` };
  const dependency = { kind: readWord(place, "kind", { value: kind, words: KINDS }), name };
  return { dependency, since, failures, retryAt, lastFailure: readFailure(place, "last_failure", lastFailure) };
}
