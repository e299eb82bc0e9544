import { createServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createClient, expectFailure, expectValue, JOB_ID, REQUEST, startServer } from "./fixture.ts";
import { LOGIN, readCert, sendJson, STATUS, SUBMIT } from "./scripted-server.ts";

describe("TLS", () => {
  it("rejects a certificate of an unknown authority before the password is sent", async () => {
    const server = await startServer({ tls: true });
    const client = createClient(server.url);
    expect(expectFailure(await client.login())).toEqual({ reason: "tls-rejected", target: server.url, detail: "self-signed certificate" });
    const failure = expectFailure(await client.submit("agent-schedule-detail", REQUEST));
    expect(failure).toMatchObject({ accepted: "no", failure: { reason: "tls-rejected" } });
    expect(server.requests).toEqual([]);
  });

  it("still rejects it when the environment disables certificate checks", async () => {
    const server = await startServer({ tls: true });
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(expectFailure(await createClient(server.url).login()).reason).toBe("tls-rejected");
  });

  it("accepts the certificate when its authority is configured", async () => {
    const server = await startServer({ tls: true });
    const client = createClient(server.url, { ca: readCert("localhost.cert") });
    server.on(`GET ${STATUS}`, ({ response }) => sendJson(response, 200, []));
    server.on(SUBMIT, ({ response }) => sendJson(response, 200, { jobId: JOB_ID }));
    expectValue(await client.listJobs());
    expectValue(await client.submit("agent-schedule-detail", REQUEST));
    expect(server.requestsTo(LOGIN)).toHaveLength(1);
  });

  it("names the cause when the certificate is for another host", async () => {
    const server = await startServer({ tls: true });
    // The address is another name of this machine, and the certificate is for 127.0.0.1 and localhost.
    const client = createClient(server.url.replace("127.0.0.1", "[::ffff:127.0.0.1]"), { ca: readCert("localhost.cert") });
    expect(expectFailure(await client.login())).toMatchObject({ reason: "tls-rejected", detail: "it is for another host name" });
    expect(server.requests).toEqual([]);
  });

  it("proves that a submit was not accepted when the handshake fails", async () => {
    const server = await startServer();
    const client = createClient(server.url.replace("http:", "https:"));
    const failure = expectFailure(await client.submit("agent-schedule-detail", REQUEST));
    expect(failure).toMatchObject({ accepted: "no", failure: { reason: "unreachable", detail: "the TLS handshake failed" } });
  });

  it("proves the same when the handshake fails after a login", async () => {
    const server = await startServer({ tls: true });
    const client = createClient(server.url, { ca: readCert("localhost.cert") });
    expectValue(await client.login());
    await server.close();
    const withoutTls = createServer((socket) => socket.once("data", () => socket.end("this is not TLS")));
    await new Promise<void>((resolve) => withoutTls.listen(Number(new URL(server.url).port), "127.0.0.1", resolve));
    onTestFinished(() => void withoutTls.close());
    const failure = expectFailure(await client.submit("agent-schedule-detail", REQUEST));
    expect(failure).toMatchObject({ accepted: "no", failure: { reason: "unreachable" } });
  });

  it("cannot tell whether a submit was accepted when the connection breaks after the handshake", async () => {
    const server = await startServer({ tls: true });
    const client = createClient(server.url, { ca: readCert("localhost.cert") });
    server.on(SUBMIT, ({ socket }) => socket.destroy());
    expect(expectFailure(await client.submit("agent-schedule-detail", REQUEST)).accepted).toBe("unknown");
  });
});
