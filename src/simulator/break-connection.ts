import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Ends the connection immediately, with a TCP reset unless it uses TLS. */
export function resetConnection(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Sends what was written, then closes the connection properly although the response is incomplete. */
export function finishConnection(response: ServerResponse): void {
  response.socket?.destroySoon();
}

/** Sends the body without a length and without chunks. It ends when the connection does, so a client cannot detect a truncated body. */
export function delimitByClose(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  response.useChunkedEncodingByDefault = false;
  response.removeHeader("Transfer-Encoding");
}
