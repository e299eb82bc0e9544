import { expect, test } from "vitest";
import { BASE } from "./base-config.ts";
import { VARIABLES, loadText, problemsOf } from "./load-text.ts";

/** The base with a webhook. The setting allows literal secrets, so that a test can write the address itself. */
const withWebhook = (webhook: string) => `allowLiteralSecrets: true\n${BASE}alerts: { webhook: ${JSON.stringify(webhook)} }\n`;

test.each(["https://hooks.example.com/canary", "http://localhost:9000/canary"])("accepts %s as a webhook", (webhook) => {
  const loaded = loadText(withWebhook(webhook));
  expect(loaded.ok && loaded.value.alerts?.webhook.reveal()).toBe(webhook);
});

test("a configuration without alerts has no webhook", () => {
  const loaded = loadText(BASE);
  expect(loaded.ok && loaded.value.alerts).toBeNull();
});

test.each([
  [
    "an unencrypted address",
    "http://hooks.example.com/canary",
    "would send alerts unencrypted; use https:// (http:// is allowed for addresses of this machine only)",
  ],
  ["another value than an address", "canary", "is not a web address; write one such as https://hooks.slack.com/..."],
  ["a variable that is not set", "${env:SLACK_WEBHOOK}", "needs the environment variable SLACK_WEBHOOK, which is not set; set it"],
])("rejects %s as a webhook", (_, webhook, message) => {
  expect(VARIABLES["SLACK_WEBHOOK"]).toBeUndefined();
  expect(problemsOf(withWebhook(webhook))).toEqual([`nightferry.yaml:41:20 alerts.webhook: ${message}`]);
});

test("a literal webhook is a literal secret", () => {
  expect(
    problemsOf(withWebhook("https://hooks.example.com/canary").replace("allowLiteralSecrets: true", "allowLiteralSecrets: false")),
  ).toEqual([
    "nightferry.yaml:41:20 alerts.webhook: is a literal secret; write ${env:NAME} or ${file:/path}, or set allowLiteralSecrets: true",
  ]);
});
