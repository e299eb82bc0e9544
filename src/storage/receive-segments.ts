import type { Failure } from "../core/base/failure.ts";
import type { Upload } from "../core/ports/object-store.ts";
import type { RecordCounter } from "../core/ports/record-counter.ts";
import { type Result, err, ok } from "../core/base/result.ts";
import { mayContinue } from "../core/transfer/resume-result.ts";
import type { ResultStream } from "../core/ports/smartsync.ts";
import { checkMediaType } from "./check-media-type.ts";
import { createGzipPacker } from "./gzip-packer.ts";
import { type Broken, type Refused, type SegmentEnd, endOf, receiveSegment } from "./receive-segment.ts";
import type { Reception, ReceptionEnd } from "./reception.ts";
import { type Splice, createSplice } from "./splice.ts";
import { type Transfer, beginTransfer } from "./transfer.ts";
import { watchDocument } from "./watch-document.ts";

/** What is known of the segments so far. */
interface Joint {
  readonly reception: Reception;
  readonly splice: Splice;
  /** The counter of the last segment that has begun. */
  counter: RecordCounter | null;
  /** How many records of the earlier segments are stored. */
  records: number;
  /** -1 until a segment has broken off. */
  vainTries: number;
}

/**
 * Compresses a result into an upload, segment by segment: if a transfer breaks off, the next one begins behind the last whole record, and is
 * joined to what is stored. Each segment is proven on its own, and all of them together as if they had arrived as one. `first` is a transfer
 * that was begun, or the end of one that broke off and left nothing in this upload: then the first segment begins with the first record.
 */
export async function receiveSegments(reception: Reception, first: Transfer | Broken, upload: Upload): Promise<ReceptionEnd> {
  const packer = createGzipPacker(upload);
  const joint: Joint = { reception, splice: createSplice(packer), counter: null, records: 0, vainTries: -1 };
  try {
    let end = "how" in first ? first : await receiveNext(joint, first);
    while (end.how === "broken") {
      const page = await openPage(joint, end);
      if (!page.ok) return refused(page.error);
      end = await receivePage(joint, page.value);
    }
    return end.how === "whole" ? await conclude(joint, end.records) : end;
  } finally {
    packer.close();
  }
}

async function receiveNext(joint: Joint, transfer: Transfer): Promise<SegmentEnd> {
  const { reception, splice } = joint;
  joint.counter = joint.counter && joint.records > 0 ? joint.counter.forPage() : reception.createCounter();
  const limits = { announcedBytes: reception.announced.uncompressedBytes, wireBytes: () => transfer.bytes() };
  const document = watchDocument(joint.counter, limits);
  splice.begin(document);
  return await receiveSegment({ transfer, document, sink: { writeDocument: (chunk) => splice.write(chunk) } });
}

/** Asks for the rest until it is there, or until asking is of no use: then the last failure stands. */
async function openPage(joint: Joint, broken: Broken): Promise<Result<ResultStream, Failure>> {
  const { rest, signal } = joint.reception;
  const records = joint.splice.breakOff();
  let { failure } = broken;
  if (!rest || records === null || records >= rest.totalRecords) return err(failure);
  joint.vainTries = records > joint.records ? 0 : joint.vainTries + 1;
  joint.records = records;
  const received = Math.max(records, broken.received);
  while (mayContinue(failure, joint.vainTries)) {
    const opened = await rest.open({ records, received, failure, vainTries: joint.vainTries });
    if (opened.ok) return opened.value ? ok(opened.value) : err(failure);
    if (signal?.aborted) return err({ reason: "interrupted" });
    failure = opened.error;
    joint.vainTries += 1;
  }
  return err(failure);
}

async function receivePage(joint: Joint, stream: ResultStream): Promise<SegmentEnd> {
  const { mediaType: expected, outputFormat, signal } = joint.reception;
  const mediaType = checkMediaType(stream.mediaType, outputFormat);
  if (!mediaType.ok || mediaType.value !== expected) {
    stream.discard();
    return refused({ reason: "media-type-differs", expected, received: stream.mediaType });
  }
  const begun = await beginTransfer(stream, signal);
  if (!begun.ok) return endOf(begun.error);
  return asPage(joint, await receiveNext(joint, begun.value));
}

/** A server may send smaller pages than it was asked for. */
function asPage({ reception, records }: Joint, end: SegmentEnd): SegmentEnd {
  const total = reception.rest?.totalRecords ?? 0;
  if (end.how !== "whole" || records + end.records >= total) return end;
  const detail = `its page ends after record ${records + end.records} of ${total}`;
  return { how: "broken", failure: { reason: "document-cut", detail }, received: end.records };
}

async function conclude({ splice, records }: Joint, recordsOfLast: number): Promise<ReceptionEnd> {
  const finished = await splice.finish();
  if (!finished.ok) return refused(finished.error);
  return { how: "whole", counted: { records: records + recordsOfLast, uncompressedBytes: splice.bytes(), compressedBytes: null } };
}

function refused(failure: Failure): Refused {
  return { how: "refused", failure };
}
