import { readFileSync } from "node:fs";
import { get } from "node:https";
import { expect, test } from "vitest";
import { createSimulator } from "../../src/simulator/create-simulator.ts";

const certificates = new URL("../smartsync/certs/", import.meta.url);
const cert = readFileSync(new URL("localhost.cert.pem", certificates));
const key = readFileSync(new URL("localhost.key.pem", certificates));

test("a simulator with a key and a certificate serves HTTPS", async () => {
  const simulator = createSimulator({ tls: { key, cert } });
  const url = await simulator.listen();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    get(`${url}/SMARTSync/services/rs/exporters/v1/status`, { ca: cert, agent: false, servername: "localhost" }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
  expect(url).toMatch(/^https:/);
  expect(status).toBe(401);
  await simulator.close();
});

test("reset also ends a TLS connection", async () => {
  const simulator = createSimulator({ tls: { key, cert }, faults: "reset" });
  const url = await simulator.listen();
  const failure = new Promise((resolve) => {
    get(`${url}/SMARTSync/services/rs/exporters/v1/status`, { ca: cert, agent: false, servername: "localhost" }, resolve).on(
      "error",
      resolve,
    );
  });
  expect(await failure).toMatchObject({ code: "ECONNRESET" });
  await simulator.close();
});
