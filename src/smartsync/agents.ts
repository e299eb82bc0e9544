import http from "node:http";
import https from "node:https";
import tls from "node:tls";

export interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

export interface Agents {
  /** Keeps connections open between calls. */
  readonly kept: AgentPair;
  /** A new connection for every call: a kept one may be closed by the server just while a request is written to it. */
  readonly fresh: AgentPair;
  destroy(): void;
}

/** `ca` is PEM text; it is trusted besides the authorities that Node trusts anyway. */
export function createAgents(ca: string | undefined): Agents {
  const trust = ca === undefined ? {} : { secureContext: tls.createSecureContext({ ca: [...tls.rootCertificates, ca] }) };
  const createPair = (keepAlive: boolean): AgentPair => ({
    http: new http.Agent({ keepAlive }),
    https: new https.Agent({ keepAlive, rejectUnauthorized: true, ...trust }),
  });
  const kept = createPair(true);
  const fresh = createPair(false);
  return {
    kept,
    fresh,
    destroy() {
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy();
    },
  };
}
