import { sendError, sendJson, VALIDATION_FAILED } from "./send-response.ts";
import { type Exchange, readJsonObject, type Tenant } from "./exchange.ts";

export async function answerLogin(tenant: Tenant, { request, response, faults }: Exchange): Promise<void> {
  const body = await readJsonObject(request);
  const details = body ? problemsOf(body) : ["The request body is not a JSON object"];
  if (!body || details.length > 0) return sendError(response, 400, VALIDATION_FAILED, details);
  const user = tenant.settings.users.find(
    ({ customerId, userName, password }) =>
      customerId === body["customerId"] && userName === body["userName"] && password === body["password"],
  );
  if (!user || faults.has("login-refused")) {
    tenant.stats.loginsRefused += 1;
    return sendError(response, 401, "Unauthorized");
  }
  tenant.stats.logins += 1;
  const jsessionId = tenant.sessions.open(user);
  const form = faults.get("login-form")?.word ?? "both";
  if (form !== "body") response.setHeader("Set-Cookie", `JSESSIONID=${jsessionId}; Path=/; HttpOnly`);
  return sendJson(response, 200, form === "cookie" ? {} : { jsessionId });
}

function problemsOf(body: Readonly<Record<string, unknown>>): string[] {
  return [
    ...(Number.isSafeInteger(body["customerId"]) ? [] : ["Missing required parameter: 'customerId'"]),
    ...["userName", "password", "locale"]
      .filter((member) => typeof body[member] !== "string" || body[member] === "")
      .map((member) => `Missing required parameter: '${member}'`),
  ];
}
