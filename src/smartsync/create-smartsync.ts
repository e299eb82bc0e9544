import type { Clock } from "../core/base/clock.ts";
import type { SmartSyncFailure } from "../core/base/failure.ts";
import type { LoginGate } from "../core/base/login-gate.ts";
import { err, ok, type Result } from "../core/base/result.ts";
import type { SmartSync } from "../core/ports/smartsync.ts";
import { createSendRequest } from "./send-request.ts";
import { createBaseUrl } from "./base-url.ts";
import { logInThroughGate } from "./gated-login.ts";
import { createGetWithSession } from "./get-with-session.ts";
import { createListEntities } from "./list-entities.ts";
import { logIn, type Credentials } from "./log-in.ts";
import { createOpenPage } from "./open-page.ts";
import { openResult } from "./open-result.ts";
import { createQueryJobs } from "./query-jobs.ts";
import { redactFailure } from "./redact-failure.ts";
import { createSessionManager } from "./session-manager.ts";
import { submitExport } from "./submit-export.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./timeouts.ts";
import { createTransport, type Transport } from "./transport.ts";

export interface SmartSyncOptions {
  /** The connection's name. */
  readonly connection: string;
  /** The URL below which `/SMARTSync/services/rs/...` lies. It may have a path of its own. */
  readonly url: string;
  readonly customerId: number;
  readonly locale: string;
  readonly credentials: Credentials;
  /** PEM text of authorities to trust in addition to those of Node. */
  readonly ca?: string | undefined;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Decides before every login whether it may be sent. */
  readonly loginGate?: LoginGate | undefined;
  /** Called once for each status word that is not in the vendor's list. */
  readonly onUnknownStatusWord?: ((word: string) => void) | undefined;
}

/** The WFM client of one connection. It connects when the first request is sent. Throws if the URL or the PEM text is invalid. */
export function createSmartSync(options: SmartSyncOptions): SmartSync {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  return createSmartSyncOver(createTransport({ baseUrl: createBaseUrl(options.url), ca: options.ca, timeouts }), options);
}

/** The same client on an existing transport, which tests replace. */
export function createSmartSyncOver(transport: Transport, options: Omit<SmartSyncOptions, "url" | "ca">): SmartSync {
  const { clock, credentials, customerId, locale } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const { target } = transport;
  const send = createSendRequest(transport, timeouts.requestMs);
  const sessions = createSessionManager(target, () =>
    logInThroughGate({
      connection: options.connection,
      gate: options.loginGate,
      logIn: () => logIn({ send, target, clock, customerId, locale, credentials }),
    }),
  );
  const get = createGetWithSession({ send, sessions, target });
  const listEntities = createListEntities({ get, target, clock });
  const jobs = createQueryJobs({ get, target, clock, onUnknownStatusWord: options.onUnknownStatusWord });

  const results = { transport, sessions, clock, timeouts };
  const openPage = createOpenPage(results);

  async function redact(failure: SmartSyncFailure): Promise<SmartSyncFailure> {
    return redactFailure(failure, { password: credentials.reveal().password, cookies: await sessions.secrets() });
  }

  async function redacted<T>(pending: Promise<Result<T, SmartSyncFailure>>): Promise<Result<T, SmartSyncFailure>> {
    const outcome = await pending;
    return outcome.ok ? outcome : err(await redact(outcome.error));
  }

  return {
    async login() {
      const login = await redacted(sessions.renew());
      return login.ok ? ok(undefined) : login;
    },
    listEntities: (kinds, signal) => redacted(listEntities(kinds, signal)),
    async submit(exporter, request, signal) {
      const submitted = await submitExport({ send, sessions, target, clock }, { exporter, request, signal });
      return submitted.ok ? submitted : err({ ...submitted.error, failure: await redact(submitted.error.failure) });
    },
    findJob: (id, signal) => redacted(jobs.findJob(id, signal)),
    listJobs: (signal) => redacted(jobs.listJobs(signal)),
    openResult: (id, signal) => redacted(openResult(results, id, signal)),
    openPage: (id, page, signal) => redacted(openPage(id, page, signal)),
    close() {
      sessions.clear();
      transport.close();
    },
  };
}
