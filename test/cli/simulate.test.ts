import { describe, expect, it } from "vitest";
import { simulate } from "../../src/cli/commands/simulate.ts";
import type { Output } from "../../src/cli/output.ts";
import type { CommandContext } from "../../src/cli/command-context.ts";
import { readEnv } from "../../src/config/env.ts";
import { sendRequest } from "../simulator/plain-client.ts";

interface Served {
  readonly url: string;
  readonly said: readonly string[];
  stop(): Promise<void>;
}

/** Serves in this process, as the command does, until it is stopped. */
async function serve(fault: readonly string[], variables: Record<string, string> = {}): Promise<Served> {
  const env = readEnv(variables);
  if (!env.ok) throw new Error(JSON.stringify(env.error));
  const interrupt = new AbortController();
  const said: string[] = [];
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const line = (text: string) => {
      said.push(text);
      resolve();
    };
    const output: Output = { isTerminal: false, line, json: line, note: line, table: () => undefined, style: (_, text) => text };
    const context: CommandContext = { env: env.value, output, interrupted: interrupt.signal, configFile: null };
    ended = simulate(context, { port: 0, fault, speed: 1 });
    ended.catch(reject);
  });
  const stop = async () => {
    interrupt.abort();
    await ended;
  };
  return { url: /http:\/\/\S+/.exec(said[0] ?? "")?.[0] ?? "", said, stop };
}

async function loginStatus(url: string): Promise<number> {
  const body = { customerId: 1, userName: "demo", password: "demo", locale: "en_US" };
  return (await sendRequest(`${url}/SMARTSync/services/rs/users/v1/login`, { method: "POST", body })).status;
}

const VARIABLE = "NIGHTFERRY_SIMULATOR_FAULTS";

describe("nightferry simulate", () => {
  it("injects the faults of the environment, of the command line and of a URL, and the later of these decides", async () => {
    const served = await serve(["server-errors=1:entities"], { [VARIABLE]: "server-errors=1:login,rate-limit=1:result" });
    try {
      expect(served.said.join()).toContain("injects server-errors, rate-limit");
      expect(await loginStatus(served.url)).toBe(200);
      expect((await sendRequest(`${served.url}/SMARTSync/services/rs/entities/v1`)).status).toBe(500);
      expect((await sendRequest(`${served.url}/SMARTSync/services/rs/exporters/v1/result/x`)).status).toBe(429);
      expect(await loginStatus(`${served.url}/~login-refused`)).toBe(401);
    } finally {
      await served.stop();
    }
  });

  it("names the place of an unknown fault, and exits with the code of that place", async () => {
    await expect(serve(["latnecy=5"])).rejects.toMatchObject({
      message: expect.stringMatching(/^there is no fault latnecy; .*--faults/) as string,
      exitCode: 64,
    });
    const wrong = { message: expect.stringContaining(`${VARIABLE}: there is no fault latnecy`) as string, exitCode: 78 };
    await expect(serve([], { [VARIABLE]: "latnecy=5" })).rejects.toMatchObject(wrong);
  });
});
