import { writeFileSync } from "node:fs";
import { exporterPage } from "../core/exporters/exporter-page.ts";

// Run this after a change of the built-in exporters: node --import tsx src/config/write-exporter-page.ts
writeFileSync(new URL("../../docs/exporters.md", import.meta.url), exporterPage());
