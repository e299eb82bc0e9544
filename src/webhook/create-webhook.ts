import { got } from "got";
import type { Notifier } from "../core/alarm.ts";
import { SECOND_MS } from "../core/clock.ts";

export interface WebhookOptions {
  /** Opens once it is used: it may hold a token. */
  readonly url: { reveal(): string };
}

/** One try of one message; whoever tells decides when to try again. */
const TIMEOUT_MS = 10 * SECOND_MS;

/** Tells a chat channel, in the JSON that Slack's incoming webhooks take and others understand: `{ "text": "..." }`. */
export function createWebhook({ url }: WebhookOptions): Notifier {
  return {
    notify: async (text, signal) => {
      try {
        const options = { json: { text }, retry: { limit: 0 }, timeout: { request: TIMEOUT_MS }, followRedirect: false } as const;
        const { statusCode } = await got.post(url.reveal(), { ...options, ...(signal ? { signal } : {}) });
        return statusCode >= 200 && statusCode < 300;
      } catch {
        // Why is not told: the error holds the address, and the address is the secret.
        return false;
      }
    },
  };
}
