import { Prisma } from "./generated/client.ts";

/** The columns of `jobs` with the names that Prisma gives them: what raw SQL selects can be read like a row of Prisma's. */
const FIELDS: readonly (readonly [column: string, field: string])[] = [
  ["id", "id"],
  ["run_id", "runId"],
  ["export", "exportName"],
  ["connection", "connectionName"],
  ["exporter", "exporter"],
  ["destination", "destination"],
  ["output_format", "outputFormat"],
  ["from_date", "fromDate"],
  ["to_date", "toDate"],
  ["partition_from", "partitionFrom"],
  ["partition_to", "partitionTo"],
  ["chunk", "chunk"],
  ["split_from", "splitFromId"],
  ["request", "request"],
  ["created_at", "createdAt"],
  ["version", "version"],
  ["state", "state"],
  ["failed_attempts", "failedAttempts"],
  ["not_before", "notBefore"],
  ["last_failure", "lastFailure"],
  ["fencing_token", "fencingToken"],
  ["intent_at", "intentAt"],
  ["lease_until", "leaseUntil"],
  ["job_id", "jobId"],
  ["claimed_by_reconciliation", "claimedByReconciliation"],
  ["submitted_at", "submittedAt"],
  ["last_seen_in_flight_at", "lastSeenInFlightAt"],
  ["completed_at", "completedAt"],
  ["deadline", "deadline"],
  ["announced_records", "announcedRecords"],
  ["announced_compressed_bytes", "announcedCompressedBytes"],
  ["announced_uncompressed_bytes", "announcedUncompressedBytes"],
  ["additional_details", "additionalDetails"],
  ["quarantine", "quarantine"],
  ["ended_at", "endedAt"],
  ["failure", "failure"],
];

/** A select list for the table `jobs` under the alias `alias`. */
export function jobColumns(alias: string): Prisma.Sql {
  return Prisma.raw(FIELDS.map(([column, field]) => `${alias}.${column} AS "${field}"`).join(", "));
}
