import { z } from "zod";
import { expecting, mapping, oneOf, text, wholeNumber } from "./schema-helpers.ts";
import { explainBadTimeZone } from "./time-zone.ts";
import { explainBadWfmUrl } from "./web-address.ts";

const REFERENCE = "${env:NAME} or ${file:/path}";

export const DEFAULT_TIME_ZONE = "UTC";

const LOCALE = "a locale such as en_US";

export const connectionSchema = mapping(
  {
    url: text("the address of WFM, such as https://bu-1234.example.com", explainBadWfmUrl).describe(
      "The address of WFM, with https. Nightferry appends /SMARTSync/services/rs/... to it.",
    ),
    customerId: wholeNumber(0, 2_147_483_647).describe("The id of the tenant in WFM."),
    userName: z
      .string(expecting(`a user name, ${REFERENCE}`))
      .describe(`The user name of the login: ${REFERENCE}, or the name itself.`)
      .meta({ examples: ["${env:WFM_USER}"] }),
    password: z
      .string(expecting(REFERENCE))
      .describe(`The password of the login: ${REFERENCE}. A literal password is rejected unless allowLiteralSecrets is true.`)
      .meta({ examples: ["${env:WFM_PASSWORD}", "${file:/run/secrets/wfm}"] }),
    locale: text(LOCALE, (value) => (/^[a-z]{2,3}(_[A-Z]{2})?$/.test(value) ? null : "is not a locale; write one such as en_US"))
      .default("en_US")
      .describe("The locale of the login."),
    timeZone: text("a time zone such as America/Chicago", explainBadTimeZone)
      .default(DEFAULT_TIME_ZONE)
      .describe("The time zone of schedules and business dates. An export can override it."),
    maxConcurrentJobs: wholeNumber(1, 1000)
      .default(4)
      .describe("The concurrency limit: how many jobs may be in flight on the server at once."),
    orphans: oneOf(["all", "report", "ignore"], "an orphan policy")
      .default("all")
      .describe(
        "What to do with finished jobs of this login that no run here requested. all: quarantine every result. report: send an alert only. ignore: do nothing.",
      ),
    caFile: text("the path of a PEM file")
      .optional()
      .describe(
        "A PEM file with certificates to trust in addition to the well-known ones. A relative path starts at the directory of this file.",
      ),
  },
  "a connection with url, customerId, userName and password",
).describe("One login of one WFM tenant.");
