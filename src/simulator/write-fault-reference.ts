import { writeFileSync } from "node:fs";
import { faultReference } from "./fault-reference.ts";

// Run this after changing the faults: `node --import tsx src/simulator/write-fault-reference.ts`
writeFileSync(new URL("README.md", import.meta.url), faultReference());
