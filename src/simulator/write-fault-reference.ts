import { writeFileSync } from "node:fs";
import { faultReference } from "./fault-reference.ts";

// An entry: `node --import tsx src/simulator/write-fault-reference.ts`, after a change of the faults.
writeFileSync(new URL("README.md", import.meta.url), faultReference());
