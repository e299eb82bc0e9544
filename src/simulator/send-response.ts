import type { ServerResponse } from "node:http";

export const VALIDATION_FAILED = "One or more request validations failed";
export const JOB_NOT_FOUND = "Job id is not found";

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

/** Sends the vendor's error body, which repeats the HTTP status. `details` holds one sentence per failed check. */
export function sendError(response: ServerResponse, status: number, message: string, details?: readonly string[]): void {
  sendJson(response, status, { message, status, ...(details ? { details } : {}) });
}

export function sendPage(response: ServerResponse, status: number, html: string): void {
  send(response, { status, mediaType: "text/html", body: html });
}

export function sendText(response: ServerResponse, text: string): void {
  send(response, { status: 200, mediaType: "text/plain", body: text });
}

export function sendRedirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { Location: location, "Content-Length": 0 });
  response.end();
}

function send(response: ServerResponse, { status, mediaType, body }: { status: number; mediaType: string; body: string }): void {
  response.writeHead(status, { "Content-Type": `${mediaType}; charset=utf-8`, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}
