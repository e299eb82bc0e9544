import { sendError, sendPage, sendRedirect } from "./send-response.ts";
import { resetConnection } from "./break-connection.ts";
import type { Exchange, Tenant } from "./exchange.ts";

const MAINTENANCE_PAGE = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>";

/** The response that a fault sends instead of handling the request, or `null` if no such fault applies. */
export function findInjectedResponse(tenant: Tenant, { request, response, faults }: Exchange): (() => void) | null {
  if (faults.has("reset")) return () => resetConnection(request.socket);
  const retryAfterSeconds = faults.get("retry-after")?.amount ?? 1;
  if (faults.isNth("rate-limit")) return () => sendTooMany(response, String(retryAfterSeconds));
  if (faults.isNth("rate-limit-date")) {
    return () => sendTooMany(response, new Date(tenant.now() + retryAfterSeconds * 1000).toUTCString());
  }
  if (faults.isNth("server-errors")) return () => sendError(response, 500, "Internal Server Error");
  if (faults.isNth("html-page")) return () => sendPage(response, 200, MAINTENANCE_PAGE);
  if (faults.isNth("redirect")) return () => sendRedirect(response, "/maintenance");
  return null;
}

function sendTooMany(response: Exchange["response"], retryAfter: string): void {
  response.setHeader("Retry-After", retryAfter);
  sendError(response, 429, "Too Many Requests");
}
