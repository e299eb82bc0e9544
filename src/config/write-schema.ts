import { writeFileSync } from "node:fs";
import { configJsonSchema } from "./config-json-schema.ts";

// An entry: `node --import tsx src/config/write-schema.ts`, after a change of the schema; then `npm run format`.
writeFileSync(new URL("nightferry.schema.json", import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
