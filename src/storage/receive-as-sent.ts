import type { Upload } from "../core/ports/object-store.ts";
import { receiveSegment } from "./receive-segment.ts";
import type { Reception, ReceptionEnd } from "./reception.ts";
import type { Transfer } from "./transfer.ts";
import { watchDocument } from "./watch-document.ts";

/** Stores a gzip transfer byte for byte, and reads its document on the side. */
export async function receiveAsSent(reception: Reception, transfer: Transfer, upload: Upload): Promise<ReceptionEnd> {
  const limits = { announcedBytes: reception.announced.uncompressedBytes, wireBytes: () => transfer.bytes() };
  const document = watchDocument(reception.createCounter(), limits);
  const end = await receiveSegment({
    transfer,
    document,
    sink: {
      writeSent: (chunk) => upload.write(chunk),
      writeDocument: (chunk) => Promise.resolve(document.push(chunk)),
    },
  });
  if (end.how !== "whole") return end;
  return { how: "whole", counted: { records: end.records, uncompressedBytes: document.bytes(), compressedBytes: transfer.bytes() } };
}
