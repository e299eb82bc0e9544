import { ok } from "../core/base/result.ts";
import type { SmartSync } from "../core/ports/smartsync.ts";
import { requestResult, type OpenResultDeps, resultPath, toStream } from "./open-result.ts";
import { matchesPage } from "./matches-page.ts";

/**
 * Requests a range of records of a result. A server that ignores the range sends the whole result, so after the first such response the
 * client requests no more pages. A rejected page does not count: it costs little, and may concern this one result only.
 */
export function createOpenPage(deps: OpenResultDeps): SmartSync["openPage"] {
  let isSupported = true;
  return async (id, page, signal) => {
    if (!isSupported) return ok(null);
    const path = `${resultPath(id)}?startRecord=${page.startRecord}&numRecords=${page.numRecords}`;
    const opened = await requestResult(deps, { path, id, signal });
    if (!opened.ok) return opened.error.reason === "request-rejected" ? ok(null) : opened;
    const response = opened.value;
    if (matchesPage(page, response.headers)) return toStream(response, deps, signal);
    isSupported = false;
    response.body.destroy();
    return ok(null);
  };
}
