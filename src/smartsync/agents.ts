import http from "node:http";
import https from "node:https";
import tls from "node:tls";

export interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

export interface Agents {
  /** Keeps connections open between requests. */
  readonly keepAlive: AgentPair;
  /** Opens a connection for every request: the server may close an idle connection at the very moment a request is written to it. */
  readonly singleUse: AgentPair;
  destroy(): void;
}

/** `ca` is PEM text. Its authorities are trusted in addition to those that Node trusts. */
export function createAgents(ca: string | undefined): Agents {
  const trust = ca === undefined ? {} : { secureContext: tls.createSecureContext({ ca: [...tls.rootCertificates, ca] }) };
  const createPair = (options: { readonly keepAlive: boolean }): AgentPair => ({
    http: new http.Agent(options),
    https: new https.Agent({ ...options, rejectUnauthorized: true, ...trust }),
  });
  const keepAlive = createPair({ keepAlive: true });
  const singleUse = createPair({ keepAlive: false });
  return {
    keepAlive,
    singleUse,
    destroy() {
      for (const agent of [keepAlive.http, keepAlive.https, singleUse.http, singleUse.https]) agent.destroy();
    },
  };
}
