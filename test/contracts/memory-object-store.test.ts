import { createMemoryBucket, createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { describeObjectStore } from "./object-store.suite.ts";

describeObjectStore("in memory", async () => {
  const bucket = createMemoryBucket();
  return {
    open: () => createMemoryObjectStore(bucket),
    partBytes: 64,
    countUnfinished: async () => bucket.staged.size,
    async close() {
      // Nothing to close.
    },
  };
});
