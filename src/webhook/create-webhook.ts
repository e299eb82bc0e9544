import { got } from "got";
import type { Notifier } from "../core/alerts/alert.ts";
import { SECOND_MS } from "../core/base/clock.ts";

export interface WebhookOptions {
  /** Revealed only when used, because it may contain a token. */
  readonly url: { reveal(): string };
}

/** Each call makes one attempt. The caller decides when to try again. */
const TIMEOUT_MS = 10 * SECOND_MS;

/** Posts alerts as `{ "text": "..." }`, the format of Slack's incoming webhooks, which other chat services accept too. */
export function createWebhook({ url }: WebhookOptions): Notifier {
  return {
    notify: async (text, signal) => {
      try {
        const options = { json: { text }, retry: { limit: 0 }, timeout: { request: TIMEOUT_MS }, followRedirect: false } as const;
        const { statusCode } = await got.post(url.reveal(), { ...options, ...(signal ? { signal } : {}) });
        return statusCode >= 200 && statusCode < 300;
      } catch {
        // The cause is not reported, because the error contains the address, and the address is secret.
        return false;
      }
    },
  };
}
