import { writeFileSync } from "node:fs";
import { exporterPage } from "../core/exporter-page.ts";

// An entry: `node --import tsx src/config/write-exporter-page.ts`, after a change of the catalog.
writeFileSync(new URL("../core/exporters.md", import.meta.url), exporterPage());
