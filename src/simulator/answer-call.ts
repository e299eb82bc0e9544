import { assertNever } from "../core/assert-never.ts";
import { sendError, sendPage } from "./answer.ts";
import { answerEntities } from "./answer-entities.ts";
import { answerLogin } from "./answer-login.ts";
import { answerResult } from "./answer-result.ts";
import { answerStatus, answerStatusAll } from "./answer-status.ts";
import { answerSubmit } from "./answer-submit.ts";
import { resetConnection } from "./break-connection.ts";
import type { Exchange, Tenant } from "./exchange.ts";
import { METHODS, type Target } from "./route.ts";
import type { SimulatedUser } from "./simulator-options.ts";
import { pause } from "./write-body.ts";

type ApiTarget = Extract<Target, { readonly name: string | null }>;

const LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Login</title></head><body><form>User Password</form></body></html>";

/** `prefix`: the faults in front of the URL's path, which a redirect keeps. */
export async function answerCall(tenant: Tenant, target: Target, exchange: Exchange & { readonly prefix: string }): Promise<void> {
  const { request, response } = exchange;
  if (target.call === "login-page") return sendPage(response, 200, LOGIN_PAGE);
  if (target.call === "unknown") return sendError(response, 404, "Not Found");
  if (request.method !== METHODS[target.call]) return sendError(response, 405, "Method Not Allowed");
  if (await isDisturbed(tenant, exchange)) return;
  if (target.call === "login") return await answerLogin(tenant, exchange);
  const user = findUser(tenant, exchange);
  if (!user) return refuseSession(exchange);
  return await answerUser(tenant, target, { ...exchange, user });
}

async function answerUser(tenant: Tenant, target: ApiTarget, exchange: Exchange & { readonly user: SimulatedUser }): Promise<void> {
  switch (target.call) {
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

/** Faults that come before the call is looked at; true when they were the answer. */
async function isDisturbed(tenant: Tenant, { request, response, faults, signal }: Exchange): Promise<boolean> {
  const latencyMs = faults.get("latency")?.amount ?? null;
  if (latencyMs !== null) await pause(latencyMs, signal);
  if (faults.has("reset")) {
    resetConnection(request.socket);
    return true;
  }
  const retryAfterSeconds = faults.get("retry-after")?.amount ?? 1;
  if (faults.isNth("rate-limit")) return tooMany(response, String(retryAfterSeconds));
  if (faults.isNth("rate-limit-date")) return tooMany(response, new Date(tenant.now() + retryAfterSeconds * 1000).toUTCString());
  if (faults.isNth("server-errors")) {
    sendError(response, 500, "Internal Server Error");
    return true;
  }
  return false;
}

function tooMany(response: Exchange["response"], retryAfter: string): true {
  response.setHeader("Retry-After", retryAfter);
  sendError(response, 429, "Too Many Requests");
  return true;
}

function findUser(tenant: Tenant, { request, faults }: Exchange): SimulatedUser | null {
  const sessionId = /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  return sessionId === undefined ? null : tenant.sessions.use(sessionId, faults.get("unauthorized-after")?.amount ?? null);
}

function refuseSession({ response, faults, prefix }: Exchange & { readonly prefix: string }): void {
  if (faults.has("login-page-html")) return sendPage(response, 200, LOGIN_PAGE);
  if (!faults.has("login-page-redirect")) return sendError(response, 401, "Unauthorized");
  response.writeHead(302, { Location: `${prefix}/SMARTSync/login.html`, "Content-Length": 0 });
  response.end();
}
