import { createSimulator } from "../../src/simulator/create-simulator.ts";

// A simulated WFM in a process of its own, which finishes every job at once and has the users that its arguments name. The parent hears
// its address, and gets the number of submits for every message that it sends.

const users = process.argv.slice(2).map((userName) => ({ customerId: 1, userName, password: "demo" }));
const simulator = createSimulator({ users, runMs: 0, maxRunning: 1000, rowsPerEntityDate: 10 });
const url = await simulator.listen();
process.on("message", () => process.send?.({ submits: simulator.jobs().length }));
process.on("disconnect", () => process.exit());
process.send?.({ url });
