import { writeFileSync } from "node:fs";
import { configJsonSchema } from "./config-json-schema.ts";

// Run this after a change of the schema: node --import tsx src/config/write-schema.ts && npm run format
writeFileSync(new URL("nightferry.schema.json", import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
