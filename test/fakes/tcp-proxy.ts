import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A port in front of a server's, that can be cut off. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection, and refuses new ones. */
  cutOff(): Promise<void>;
  letIn(): Promise<void>;
  close(): Promise<void>;
}

export async function openTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;
  const join = (client: Socket): void => {
    const upstream = createConnection(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    }
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  };
  const letIn = async (): Promise<void> => {
    server = createServer(join).listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    port = address !== null && typeof address === "object" ? address.port : port;
  };
  const cutOff = async (): Promise<void> => {
    const closing = server;
    server = null;
    if (!closing) return;
    const closed = once(closing, "close");
    closing.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await letIn();
  return { port, cutOff, letIn, close: cutOff };
}
