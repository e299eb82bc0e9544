import { assertNever } from "./assert-never.ts";
import type { Failure, FailureReason } from "./failure.ts";
import { MOST_REFUSED_LOGINS } from "./login-gate.ts";

type Words = { readonly [R in FailureReason]: (failure: Extract<Failure, { readonly reason: R }>) => string };

const WORDS: Words = {
  unreachable: (failure) => `cannot reach ${failure.target} (${failure.detail}); check the url and the network`,
  "timed-out": (failure) => `${failure.target} did not answer in time (${failure.detail})`,
  "tls-rejected": (failure) =>
    `the certificate of ${failure.target} is not trusted (${failure.detail}); add its authority with caFile, or mend the certificate`,
  "login-rejected": (failure) => `WFM refused the login at ${failure.target} (${failure.detail}); check customerId, userName and password`,
  "connection-stopped": (failure) =>
    `WFM refused ${MOST_REFUSED_LOGINS} logins in a row, and accounts get locked, so connection ${failure.connection} logs in no more; ` +
    "correct its userName or password, then run nightferry check --connect",
  "session-refused": (failure) => `${failure.target} refused a session that it had just given`,
  "rate-limited": (failure) =>
    `${failure.target} asks for fewer calls${failure.retryAfterMs === null ? "" : `, again in ${Math.ceil(failure.retryAfterMs / 1000)} s`}`,
  "server-error": (failure) => `${failure.target} answered with HTTP ${failure.status}`,
  "request-rejected": (failure) => `WFM refused the request: ${failure.details.join("; ")}`,
  "entities-forbidden": (failure) => `this login may not view some of the entities asked for: ${failure.details.join("; ")}`,
  "unexpected-answer": (failure) => `${failure.target} answered with something else than expected: ${failure.detail}`,
  "submit-unanswered": () =>
    "nobody saw WFM's answer to the submit, and its list of jobs does not tell what came of it; it is submitted again",
  "job-unknown": (failure) => `WFM does not know job ${failure.vendorJobId} any more`,
  "job-vanished": (failure) =>
    `WFM took the request ${failure.times} times, and each time it forgot the job before it was done (the last was ${failure.vendorJobId}); ` +
    "see whether somebody deletes jobs in WFM, then run nightferry retry",
  "job-overdue": (failure) =>
    `WFM has had job ${failure.vendorJobId} for ${failure.hours} hours without an end of it; see what it does in WFM, and cancel it there if it hangs`,
  "job-failed": (failure) => `WFM could not do the export: ${failure.detail}`,
  "job-canceled": () => "somebody canceled the job in WFM",
  "result-too-large": (failure) => `the result is too large for WFM (${failure.detail}); ask for fewer dates or entities`,
  "result-not-ready": () => "the result is not ready yet",
  "media-type-differs": (failure) => `the result should be ${failure.expected} but is ${failure.received}`,
  "body-cut": (failure) => `the result broke off after ${failure.received} bytes (${failure.detail})`,
  "body-stalled": (failure) =>
    `the result stopped after ${failure.received} bytes: nothing came for ${Math.round(failure.idleMs / 1000)} s`,
  "gzip-damaged": (failure) => `the result's gzip stream is damaged or cut off (${failure.detail})`,
  "document-cut": (failure) => `the result ends before its document does (${failure.detail})`,
  "document-malformed": (failure) => `the result is not a well-formed document (${failure.detail})`,
  "records-differ": (failure) => `the result holds ${failure.counted} records, but WFM announced ${failure.announced}`,
  "bytes-differ": (failure) => `the result has ${failure.received} ${failure.what} bytes, but WFM announced ${failure.announced}`,
  "pages-differ": (failure) =>
    `the rest of the result does not fit what came before it (${failure.detail}); it is fetched anew, in one piece`,
  "total-missing": () => "WFM did not say how many records the result has, so it cannot be proven whole",
  "foreign-rows": (failure) =>
    `the job that was taken for ours on WFM is somebody else's: its result has ${failure.found}, which was not asked for; it is submitted again`,
  "storage-unreachable": (failure) => `cannot reach ${failure.target} (${failure.detail}); check the endpoint and the network`,
  "bucket-missing": (failure) => `${failure.target} does not exist; create it, or correct the destination`,
  "storage-denied": (failure) => `no permission for ${failure.target} (${failure.detail}); check the credentials and the policy`,
  "storage-full": (failure) => `no space left at ${failure.target}; make room`,
  "storage-error": (failure) => `${failure.target} failed (${failure.detail})`,
  "upload-vanished": (failure) => `an unfinished upload to ${failure.target} is gone; it is made again`,
  "stored-object-differs": (failure) => `${failure.target} does not hold what was sent (${failure.detail})`,
  "nothing-selected": (failure) => `export ${failure.exportName} selects nothing: ${failure.detail}`,
  "destination-unknown": (failure) => `the configuration has no destination ${failure.destination} any more; put it back`,
  "connection-unknown": (failure) => `the configuration has no connection ${failure.connection} any more; put it back`,
  "edition-outdone": (failure) => describeOutdone(failure),
  abandoned: () => "given up by hand",
  interrupted: () => "interrupted; the next start goes on",
};

function describeOutdone(failure: Extract<Failure, { readonly reason: "edition-outdone" }>): string {
  const { target, runId, copy } = failure;
  const kept = copy === null ? "" : `; this part is kept, unproven, at ${copy}`;
  switch (failure.because) {
    case "newer":
      return `run ${runId} has published newer data at ${target}, and they stay${kept}`;
    case "whole":
      return `run ${runId} is whole at ${target}, and this run misses a part, so that one stays${kept}; nightferry retry asks for what is missing again`;
    case "wider":
      return `run ${runId} has ${failure.has} at ${target}, which this run has not, so that one stays${kept}; to let it go, remove ${target} and start over with nightferry rerun`;
    case "written-over":
      return `run ${runId} has written over other parts of this run at ${target}${kept}; nightferry rerun starts this run over`;
    default:
      return assertNever(failure);
  }
}

/** One sentence for the person at the terminal: what happened, and what to do where something can be done. */
export function describeFailure(failure: Failure): string {
  const describe = WORDS[failure.reason] as (failure: Failure) => string;
  return describe(failure);
}
