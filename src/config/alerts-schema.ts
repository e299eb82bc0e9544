import { z } from "zod";
import { expecting, mapping } from "./expectation.ts";

const REFERENCE = "${env:NAME} or ${file:/path}";

export const alertsSchema = mapping(
  {
    webhook: z
      .string(expecting(REFERENCE))
      .describe(`Where to post {"text": "..."}, as Slack's incoming webhooks take it: ${REFERENCE}.`)
      .meta({ examples: ["${env:SLACK_WEBHOOK}"] }),
  },
  "where to tell of results in danger: { webhook: ${env:SLACK_WEBHOOK} }",
).describe("Whom to tell of results in danger and of results that are lost.");
