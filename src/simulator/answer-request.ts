import { assertNever } from "../core/base/assert-never.ts";
import { sendError, sendPage, sendRedirect, sendText } from "./send-response.ts";
import { answerEntities } from "./answer-entities.ts";
import { answerLogin } from "./answer-login.ts";
import { answerResult } from "./answer-result.ts";
import { answerStatus, answerStatusAll } from "./answer-status.ts";
import { answerSubmit } from "./answer-submit.ts";
import { findInjectedResponse } from "./injected-response.ts";
import type { Exchange, Tenant } from "./exchange.ts";
import { describeFaults } from "./faults.ts";
import { METHODS, type Target } from "./route.ts";
import type { SimulatedUser } from "./simulator-options.ts";
import { pause } from "./write-body.ts";

type ApiTarget = Extract<Target, { readonly name: string | null }>;

const LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Login</title></head><body><form>User Password</form></body></html>";

/** `prefix` is the part of the URL's path that sets faults. A redirect keeps it. */
export async function answerRequest(tenant: Tenant, target: Target, exchange: Exchange & { readonly prefix: string }): Promise<void> {
  const { request, response } = exchange;
  if (!("name" in target)) return servePage(response, target.endpoint);
  if (request.method !== METHODS[target.endpoint]) return sendError(response, 405, "Method Not Allowed");
  const latencyMs = exchange.faults.get("latency")?.amount ?? null;
  if (latencyMs !== null) await pause(latencyMs, exchange.signal);
  const injectedResponse = findInjectedResponse(tenant, exchange);
  if (injectedResponse) return injectedResponse();
  if (target.endpoint === "login") return await answerLogin(tenant, exchange);
  const user = findUser(tenant, exchange);
  if (!user) return rejectSession(exchange);
  return await answerUser(tenant, target, { ...exchange, user });
}

function servePage(response: Exchange["response"], page: Exclude<Target, { readonly name: string | null }>["endpoint"]): void {
  if (page === "faults-page") return sendText(response, describeFaults());
  if (page === "login-page") return sendPage(response, 200, LOGIN_PAGE);
  return sendError(response, 404, "Not Found");
}

async function answerUser(tenant: Tenant, target: ApiTarget, exchange: Exchange & { readonly user: SimulatedUser }): Promise<void> {
  switch (target.endpoint) {
    case "login":
      return;
    case "entities":
      return answerEntities(tenant, exchange);
    case "submit":
      return await answerSubmit(tenant, target.name, exchange);
    case "status":
      return answerStatus(tenant, target.name, exchange);
    case "status-all":
      return answerStatusAll(tenant, exchange);
    case "result":
      return await answerResult(tenant, target.name, exchange);
    default:
      assertNever(target);
  }
}

function findUser(tenant: Tenant, { request, faults }: Exchange): SimulatedUser | null {
  const sessionId = /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  return sessionId === undefined ? null : tenant.sessions.use(sessionId, faults.get("unauthorized-after")?.amount ?? null);
}

function rejectSession({ response, faults, prefix }: Exchange & { readonly prefix: string }): void {
  if (faults.has("login-page-html")) return sendPage(response, 200, LOGIN_PAGE);
  if (!faults.has("login-page-redirect")) return sendError(response, 401, "Unauthorized");
  sendRedirect(response, `${prefix}/SMARTSync/login.html`);
}
