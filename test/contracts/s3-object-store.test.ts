import { type S3StoreOptions, createS3Store } from "../../src/storage/s3/create-s3-store.ts";
import { S3_SERVER_CREDENTIALS, startS3Server } from "../fakes/s3-server.ts";
import { startStubS3 } from "../fakes/stub-s3.ts";
import { describeObjectStore } from "./object-store.suite.ts";

const OPTIONS: S3StoreOptions = {
  bucket: "lake",
  prefix: "/smartsync/",
  region: "us-east-1",
  forcePathStyle: true,
  credentials: S3_SERVER_CREDENTIALS,
  partBytes: 64,
};

for (const checksums of ["when-supported", "when-required"] as const) {
  describeObjectStore(`S3 that ignores checksums, checksums ${checksums}`, async () => {
    const server = await startS3Server("lake");
    return {
      open: () => createS3Store({ ...OPTIONS, endpoint: server.endpoint, checksums }),
      partBytes: 64,
      canList: false,
      countUnfinished: async () => (await server.incompleteUploads()).length,
      close: () => server.close(),
    };
  });
}

describeObjectStore("S3 that checks checksums", async () => {
  const stub = await startStubS3();
  return {
    open: () => createS3Store({ ...OPTIONS, endpoint: stub.endpoint }),
    partBytes: 64,
    countUnfinished: async () => stub.uploads.size,
    close: () => stub.close(),
  };
});
