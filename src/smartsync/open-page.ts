import { ok } from "../core/result.ts";
import type { SmartSync } from "../core/smartsync.ts";
import { askForResult, type OpenResultDeps, resultPath, toStream } from "./open-result.ts";
import { isPageOf } from "./judge-page.ts";

/**
 * Asks for records out of the middle of a result. A server that answers with something else does not page; that is remembered as long as
 * the client lives, because every such answer is a whole result. A refusal costs little, and may be this one result's.
 */
export function createOpenPage(deps: OpenResultDeps): SmartSync["openPage"] {
  let doesPage = true;
  return async (id, page, signal) => {
    if (!doesPage) return ok(null);
    const path = `${resultPath(id)}?startRecord=${page.startRecord}&numRecords=${page.numRecords}`;
    const opened = await askForResult(deps, { path, id, signal });
    if (!opened.ok) return opened.error.reason === "request-rejected" ? ok(null) : opened;
    const reply = opened.value;
    if (isPageOf(page, reply.headers)) return toStream(reply, deps, signal);
    doesPage = false;
    reply.body.destroy();
    return ok(null);
  };
}
