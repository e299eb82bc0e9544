import { z } from "zod";
import { configSchema } from "./config-schema.ts";

/** The JSON Schema of the configuration file. It is draft 7, because YAML editors support that draft best. */
export function configJsonSchema(): object {
  return { title: "Nightferry configuration", ...z.toJSONSchema(configSchema, { target: "draft-7", io: "input" }) };
}
