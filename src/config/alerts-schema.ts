import { z } from "zod";
import { expecting, mapping } from "./schema-helpers.ts";

const REFERENCE = "${env:NAME} or ${file:/path}";

export const alertsSchema = mapping(
  {
    webhook: z
      .string(expecting(REFERENCE))
      .describe(`Alerts are posted here as {"text": "..."}, the format of Slack's incoming webhooks: ${REFERENCE}.`)
      .meta({ examples: ["${env:SLACK_WEBHOOK}"] }),
  },
  "a webhook: { webhook: ${env:SLACK_WEBHOOK} }",
).describe("Where to send alerts, for example about results that are close to their deadline or lost.");
