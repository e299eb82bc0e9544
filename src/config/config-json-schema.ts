import { z } from "zod";
import { configSchema } from "./config-schema.ts";

/** The JSON Schema of the configuration file, for editors. Draft 7, because that is what YAML editors know best. */
export function configJsonSchema(): object {
  return { title: "Nightferry configuration", ...z.toJSONSchema(configSchema, { target: "draft-7", io: "input" }) };
}
