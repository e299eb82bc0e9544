import { Cookie, CookieJar } from "tough-cookie";

const SESSION = "JSESSIONID";
const MAX_ID_LENGTH = 4096;

/** The cookies of one session, in memory only. The HTTP client needs the first two methods. */
export interface SessionCookies {
  getCookieString(url: string): Promise<string>;
  setCookie(raw: string, url: string): Promise<void>;
  /** The session id from a Set-Cookie header, or `null` if none was sent. */
  received(): string | null;
  /** Sends `id` with every request from now on. */
  begin(id: string): Promise<void>;
  /** All cookie values. They are secrets. */
  values(): Promise<readonly string[]>;
}

export function createSessionCookies(origin: string): SessionCookies {
  const jar = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });
  let receivedId: string | null = null;
  return {
    getCookieString: (url) => jar.getCookieString(url),
    async setCookie(raw, url) {
      const cookie = Cookie.parse(raw, { loose: true });
      if (!cookie) return;
      if (cookie.key !== SESSION) {
        // Other cookies, such as a load balancer's, may change with any response.
        await jar.setCookie(cookie, url, { ignoreError: true });
      } else if (isSessionId(cookie.value)) {
        // Only a login may start using this id. Servers attach ids of anonymous sessions to the responses that reject a session.
        receivedId = cookie.value;
      }
    },
    received: () => receivedId,
    async begin(id) {
      // Every request needs the id, and no cookie path matches both spellings of the base path.
      await jar.setCookie(new Cookie({ key: SESSION, value: id, path: "/" }), origin);
    },
    async values() {
      const { cookies } = await jar.serialize();
      return cookies.map((cookie) => cookie.value ?? "");
    },
  };
}

/** Whether a value consists of characters that a Cookie header may contain. Apart from that, the id is opaque. */
export function isSessionId(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_ID_LENGTH && /^[\u0021-\u003a\u003c-\u007e]+$/.test(value);
}
