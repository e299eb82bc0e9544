import type { Clock } from "../core/clock.ts";
import type { SmartSyncFailure } from "../core/failure.ts";
import type { LoginGate } from "../core/login-gate.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { SmartSync } from "../core/smartsync.ts";
import { createAskSmall } from "./ask-small.ts";
import { createEndpoint } from "./endpoint.ts";
import { logInThroughGate } from "./gated-login.ts";
import { createGetAnswer } from "./get-answer.ts";
import { createListEntities } from "./list-entities.ts";
import { logIn, type Credentials } from "./log-in.ts";
import { createOpenPage } from "./open-page.ts";
import { openResult } from "./open-result.ts";
import { createQueryJobs } from "./query-jobs.ts";
import { redactFailure } from "./redact-failure.ts";
import { createSessionKeeper } from "./session-keeper.ts";
import { submitExport } from "./submit-export.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./timeouts.ts";
import { createTransport, type Transport } from "./transport.ts";

export interface SmartSyncOptions {
  /** The connection's name. */
  readonly connection: string;
  /** Where `/SMARTSync/services/rs/...` is; a path of its own is kept. */
  readonly url: string;
  readonly customerId: number;
  readonly locale: string;
  readonly credentials: Credentials;
  /** PEM text of authorities to trust besides the usual ones. */
  readonly ca?: string | undefined;
  readonly clock: Clock;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Stands before every login. */
  readonly loginGate?: LoginGate | undefined;
  /** Told once per word that is not in the vendor's list. */
  readonly onUnknownStatusWord?: ((word: string) => void) | undefined;
}

/** A connection's client. It opens nothing before the first call. Throws when the URL or the PEM text is no such thing. */
export function createSmartSync(options: SmartSyncOptions): SmartSync {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  return createSmartSyncOver(createTransport({ endpoint: createEndpoint(options.url), ca: options.ca, timeouts }), options);
}

/** The client over a transport that is open already. */
export function createSmartSyncOver(transport: Transport, options: Omit<SmartSyncOptions, "url" | "ca">): SmartSync {
  const { clock, credentials, customerId, locale } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const { target } = transport;
  const ask = createAskSmall(transport, timeouts.callMs);
  const sessions = createSessionKeeper(target, () =>
    logInThroughGate({
      connection: options.connection,
      gate: options.loginGate,
      logIn: () => logIn({ ask, target, clock, customerId, locale, credentials }),
    }),
  );
  const get = createGetAnswer({ ask, sessions, target });
  const listEntities = createListEntities({ get, target, clock });
  const jobs = createQueryJobs({ get, target, clock, onUnknownStatusWord: options.onUnknownStatusWord });

  const results = { transport, sessions, clock, timeouts };
  const openPage = createOpenPage(results);

  async function redact(failure: SmartSyncFailure): Promise<SmartSyncFailure> {
    return redactFailure(failure, { password: credentials.reveal().password, cookies: await sessions.secrets() });
  }

  async function guard<T>(call: Promise<Result<T, SmartSyncFailure>>): Promise<Result<T, SmartSyncFailure>> {
    const outcome = await call;
    return outcome.ok ? outcome : err(await redact(outcome.error));
  }

  return {
    async login() {
      const login = await guard(sessions.renew());
      return login.ok ? ok(undefined) : login;
    },
    listEntities: (kinds, signal) => guard(listEntities(kinds, signal)),
    async submit(exporter, request, signal) {
      const submitted = await submitExport({ ask, sessions, target, clock }, { exporter, request, signal });
      return submitted.ok ? submitted : err({ ...submitted.error, failure: await redact(submitted.error.failure) });
    },
    findJob: (id, signal) => guard(jobs.findJob(id, signal)),
    listJobs: (signal) => guard(jobs.listJobs(signal)),
    openResult: (id, signal) => guard(openResult(results, id, signal)),
    openPage: (id, page, signal) => guard(openPage(id, page, signal)),
    close() {
      sessions.forget();
      transport.close();
    },
  };
}
