import { z } from "zod";
import { expecting, mapping, oneOf, text, wholeNumber } from "./expectation.ts";
import { explainBadTimeZone } from "./time-zone.ts";
import { explainBadWfmUrl } from "./web-address.ts";

const REFERENCE = "${env:NAME} or ${file:/path}";

export const DEFAULT_TIME_ZONE = "UTC";

const LOCALE = "a locale such as en_US";

export const connectionSchema = mapping(
  {
    url: text("the address of WFM, such as https://bu-1234.example.com", explainBadWfmUrl).describe(
      "Where WFM answers, over https; /SMARTSync/services/rs/... is added to it.",
    ),
    customerId: wholeNumber(0, 2_147_483_647).describe("The tenant's id in WFM."),
    userName: z
      .string(expecting(`a user name, ${REFERENCE}`))
      .describe(`The login's user name: ${REFERENCE}, or the name itself.`)
      .meta({ examples: ["${env:WFM_USER}"] }),
    password: z
      .string(expecting(REFERENCE))
      .describe(`The login's password: ${REFERENCE}. The password itself is refused unless allowLiteralSecrets is true.`)
      .meta({ examples: ["${env:WFM_PASSWORD}", "${file:/run/secrets/wfm}"] }),
    locale: text(LOCALE, (value) => (/^[a-z]{2,3}(_[A-Z]{2})?$/.test(value) ? null : `is not a locale; write ${LOCALE}`))
      .default("en_US")
      .describe("The locale the login works in."),
    timeZone: text("a time zone such as America/Chicago", explainBadTimeZone)
      .default(DEFAULT_TIME_ZONE)
      .describe("Whose clocks its exports' schedules and business dates follow, unless an export says otherwise."),
    maxConcurrentJobs: wholeNumber(1, 1000).default(4).describe("The budget: how many jobs may be alive on the server at once."),
    orphans: oneOf(["rescue", "report", "ignore"], "a way to treat orphans")
      .default("rescue")
      .describe(
        "Finished jobs of this login that no run here asked for: copy their results below _rescued/, tell of them, or ignore them.",
      ),
    caFile: text("the path of a PEM file")
      .optional()
      .describe("PEM certificates to trust besides the well-known ones; a relative path starts at this file's folder."),
  },
  "a connection: url, customerId, userName, password",
).describe("One login to one WFM tenant.");
