import { Cookie, CookieJar } from "tough-cookie";

const SESSION = "JSESSIONID";
const LONGEST_ID = 4096;

/** The cookies of one session, in memory only. The two first methods are what the HTTP client asks of a cookie jar. */
export interface SessionCookies {
  getCookieString(url: string): Promise<string>;
  setCookie(raw: string, url: string): Promise<void>;
  /** The session id that a Set-Cookie header brought, if any did. */
  received(): string | null;
  /** From here on `id` is sent with every call. */
  begin(id: string): Promise<void>;
  /** Every value in the jar: what must not leave memory. */
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
        // A balancer's cookies, say: they change with any answer.
        await jar.setCookie(cookie, url, { ignoreError: true });
      } else if (isSessionId(cookie.value)) {
        // Set aside: only a login's counts. Servers attach new, anonymous ones to refusals.
        receivedId = cookie.value;
      }
    },
    received: () => receivedId,
    async begin(id) {
      // The id belongs on every call, and the two spellings of the base path would not match one cookie path.
      await jar.setCookie(new Cookie({ key: SESSION, value: id, path: "/" }), origin);
    },
    async values() {
      const { cookies } = await jar.serialize();
      return cookies.map((cookie) => cookie.value ?? "");
    },
  };
}

/** Visible characters that can stand in a Cookie header. Everything else about the id is the vendor's business. */
export function isSessionId(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_ID && /^[\u0021-\u003a\u003c-\u007e]+$/.test(value);
}
