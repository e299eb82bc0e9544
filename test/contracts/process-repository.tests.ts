import { expect, it } from "vitest";
import type { Repositories } from "../../src/core/persistence/repositories.ts";
import { NOW, after, atOnce } from "./seed.ts";

export function processTests(given: () => Repositories): void {
  it("returns the roles of the processes that have sent a heartbeat since an instant", async () => {
    const { processes } = given();
    await processes.heartbeat({ id: "one", roles: ["schedule", "http"], at: NOW });
    await processes.heartbeat({ id: "two", roles: ["archive"], at: after(10) });
    expect(await processes.rolesAliveSince(NOW)).toEqual(new Set(["schedule", "http", "archive"]));
    expect(await processes.rolesAliveSince(after(1))).toEqual(new Set(["archive"]));
    await processes.heartbeat({ id: "one", roles: ["schedule"], at: after(20) });
    expect(await processes.rolesAliveSince(after(11))).toEqual(new Set(["schedule"]));
    expect(await processes.rolesAliveSince(after(21))).toEqual(new Set());
  });

  it("removes a process, also one that it does not know", async () => {
    const { processes } = given();
    await processes.heartbeat({ id: "one", roles: ["poll"], at: NOW });
    await processes.remove("one");
    await processes.remove("nothing");
    expect(await processes.rolesAliveSince(NOW)).toEqual(new Set());
  });

  it("accepts the first heartbeats of many processes at once, and repeated ones of the same", async () => {
    const { processes } = given();
    await atOnce(16, (index) => processes.heartbeat({ id: `process-${index % 4}`, roles: ["submit"], at: NOW }));
    expect(await processes.rolesAliveSince(NOW)).toEqual(new Set(["submit"]));
  });
}
