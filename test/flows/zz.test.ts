import { it } from "vitest";
import { createSimulator } from "../../src/simulator/create-simulator.ts";
import { createSmartSync } from "../../src/smartsync/create-smartsync.ts";
import { createNight } from "./night.ts";
import { CUTS } from "../../src/simulator/faults.ts";
import { renderResult } from "../../src/simulator/render-result.ts";
import { packDocument } from "../../src/simulator/result-body.ts";
const REQUEST = { startDate: "2026-11-22", endDate: "2026-11-22", outputFormat: "JSON", muIds: [101], timeFormat: "24" };
it("x", { timeout: 600_000 }, async () => {
  for (const rowBytes of [120, undefined]) {
    const shape: any = { entities: { mu: 1, ct: 0, bu: 0, eg: 0 }, rowBytes, rowsPerEntityDate: 200_000 };
    const doc: Buffer[] = []; let u = 0;
    for await (const c of renderResult("agent-schedule-detail", REQUEST, shape)) { doc.push(c); u += c.length; }
    let w = 0; for await (const c of packDocument(doc, 1)) w += c.length;
    console.log(rowBytes, "wire", w, "uncompressed", u);
    for (const gz of ["", "no-gzip,"]) for (const cut of CUTS) {
      const night = await createNight();
      const at = Math.floor(0.9 * (gz || cut === "short-document" ? u : w));
      const simulator = createSimulator({ ...shape, now: () => night.clock.now().getTime(), faults: `${gz}cut-body=${cut}@${at}:x1` });
      const url = await simulator.listen();
      const client = createSmartSync({ connection: "acme", url, customerId: 1, locale: "en_US", credentials: { reveal: () => ({ userName: "demo", password: "demo" }) }, clock: night.clock, timeouts: { idleMs: 800 } });
      Object.assign(night.wfm.client, client);
      await night.untilFinished();
      console.log(gz, cut, JSON.stringify(simulator.stats.pages.map((p) => p.startRecord)), night.events.filter((e) => e.event === "job.moved" && e.by === "put-back").length);
      client.close(); await simulator.close();
    }
  }
});
