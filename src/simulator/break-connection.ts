import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Ends the connection at once, with a TCP reset where the socket allows one. */
export function resetConnection(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Lets what was written leave, then ends the connection in good order without ending the answer. */
export function finishConnection(response: ServerResponse): void {
  response.socket?.destroySoon();
}

/** Sent without length and not in chunks: the body ends where the connection does, and nobody can tell a cut from an end. */
export function delimitByClose(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  response.useChunkedEncodingByDefault = false;
  response.removeHeader("Transfer-Encoding");
}
