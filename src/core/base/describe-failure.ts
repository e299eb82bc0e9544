import { assertNever } from "./assert-never.ts";
import type { Failure, FailureReason } from "./failure.ts";
import { MOST_REFUSED_LOGINS } from "./login-gate.ts";

type Words = { readonly [R in FailureReason]: (failure: Extract<Failure, { readonly reason: R }>) => string };

const WORDS: Words = {
  unreachable: ({ target, detail }) => `cannot reach ${target} (${detail}); check the url and the network`,
  "timed-out": ({ target, detail }) => `${target} did not answer in time (${detail})`,
  "tls-rejected": ({ target, detail }) =>
    `the certificate of ${target} is not trusted (${detail}); set caFile to its certificate authority, or replace the certificate`,
  "login-rejected": ({ target, detail }) => `WFM refused the login at ${target} (${detail}); check customerId, userName and password`,
  "connection-stopped": ({ connection }) =>
    `WFM refused ${MOST_REFUSED_LOGINS} logins of connection ${connection} in a row; Nightferry stopped logging in before WFM locks the ` +
    "account; correct userName or password, then run nightferry check --connect",
  "session-refused": ({ target }) => `${target} refused a session that it had just issued`,
  "rate-limited": ({ target, retryAfterMs }) =>
    `${target} asks for fewer calls${retryAfterMs === null ? "" : `; it can be called again in ${Math.ceil(retryAfterMs / 1000)} s`}`,
  "server-error": ({ target, status }) => `${target} answered with HTTP ${status}`,
  "request-rejected": ({ details }) => `WFM rejected the request: ${details.join("; ")}`,
  "entities-forbidden": ({ details }) => `this login may not view some of the requested entities: ${details.join("; ")}`,
  "unexpected-answer": ({ target, detail }) => `${target} sent an answer that Nightferry does not understand: ${detail}`,
  "submit-unanswered": () =>
    "WFM's answer to the submission was never received, and its list of jobs does not show the job; submitting again",
  "job-unknown": ({ jobId }) => `WFM no longer knows job ${jobId}`,
  "job-vanished": ({ jobId, times }) =>
    `WFM accepted the request ${times} times and forgot the job each time before it was done (last: ${jobId}); check whether someone ` +
    "deletes jobs in WFM, then run nightferry retry",
  "job-overdue": ({ jobId, hours }) =>
    `job ${jobId} has been on the server for ${hours} hours without finishing; check it in WFM, and cancel it there if it hangs`,
  "job-failed": ({ detail }) => `WFM could not run the export: ${detail}`,
  "job-canceled": () => "the job was canceled in WFM",
  "result-too-large": ({ detail }) => `the result is too large for WFM (${detail}); request fewer dates or entities`,
  "result-not-ready": () => "the result is not ready yet",
  "media-type-differs": ({ expected, received }) => `the result should be ${expected} but is ${received}`,
  "body-cut": ({ received, detail }) => `the download broke off after ${received} bytes (${detail})`,
  "body-stalled": ({ received, idleMs }) =>
    `the download stalled after ${received} bytes: nothing arrived for ${Math.round(idleMs / 1000)} s`,
  "gzip-damaged": ({ detail }) => `the result's gzip stream is damaged or truncated (${detail})`,
  "document-cut": ({ detail }) => `the result's document is truncated (${detail})`,
  "document-malformed": ({ detail }) => `the result is not a well-formed document (${detail})`,
  "records-differ": ({ counted, announced }) => `the result has ${counted} records, but WFM announced ${announced}`,
  "bytes-differ": ({ received, what, announced }) => `the result has ${received} ${what} bytes, but WFM announced ${announced}`,
  "pages-differ": ({ detail }) =>
    `the rest of the result does not match what was downloaded before (${detail}); downloading all of it again`,
  "total-missing": () => "WFM did not say how many records the result has, so it cannot be proven complete",
  "claim-rejected": ({ found }) =>
    `the job that was found on the server is not ours: its result has ${found}, which was not requested; submitting again`,
  "storage-unreachable": ({ target, detail }) => `cannot reach ${target} (${detail}); check the endpoint and the network`,
  "bucket-missing": ({ target }) => `${target} does not exist; create it, or correct the destination`,
  "storage-denied": ({ target, detail }) => `no permission for ${target} (${detail}); check the credentials and the policy`,
  "storage-full": ({ target }) => `no space left at ${target}; free some space`,
  "storage-error": ({ target, detail }) => `${target} failed (${detail})`,
  "upload-vanished": ({ target }) => `an incomplete upload to ${target} has disappeared; uploading again`,
  "stored-object-differs": ({ target, detail }) => `${target} does not hold what was sent (${detail})`,
  "nothing-selected": ({ exportName, detail }) => `export ${exportName} selects nothing: ${detail}`,
  "destination-unknown": ({ destination }) => `the configuration has no destination ${destination}; add it again`,
  "connection-unknown": ({ connection }) => `the configuration has no connection ${connection}; add it again`,
  superseded: (failure) => describeSuperseded(failure),
  abandoned: () => "canceled by an operator",
  interrupted: () => "interrupted; it continues with the next start",
};

function describeSuperseded(failure: Extract<Failure, { readonly reason: "superseded" }>): string {
  const { target, runId, copy } = failure;
  const kept = copy === null ? "" : `; this result is in quarantine, unproven, at ${copy}`;
  switch (failure.because) {
    case "newer":
      return `run ${runId} has published newer data at ${target}, which stay${kept}`;
    case "more-complete":
      return `run ${runId} has published ${target} completely and this run has not, so that one stays${kept}; nightferry retry requests what is missing`;
    case "wider":
      return `run ${runId} has ${failure.has} at ${target}, which this run lacks, so that one stays${kept}; to replace it, delete ${target} and use nightferry rerun`;
    case "overwritten":
      return `run ${runId} has overwritten other chunks of this run at ${target}${kept}; nightferry rerun starts this run over`;
    default:
      return assertNever(failure);
  }
}

/** One sentence for the person at the terminal: what happened, to what, and what to do. */
export function describeFailure(failure: Failure): string {
  const describe = WORDS[failure.reason] as (failure: Failure) => string;
  return describe(failure);
}
