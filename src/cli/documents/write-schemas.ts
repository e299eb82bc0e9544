import { mkdirSync, writeFileSync } from "node:fs";
import { PUBLISHED_SCHEMAS, SCHEMAS_DIRECTORY, jsonSchemaOf } from "./published-schemas.ts";

// Run this after a change of what other programs read: node --import tsx src/cli/documents/write-schemas.ts && npm run format
mkdirSync(SCHEMAS_DIRECTORY, { recursive: true });
for (const published of PUBLISHED_SCHEMAS) {
  writeFileSync(new URL(`${published.name}.schema.json`, SCHEMAS_DIRECTORY), `${JSON.stringify(jsonSchemaOf(published), null, 2)}\n`);
}
