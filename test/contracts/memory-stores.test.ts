import { createMemoryStores } from "../fakes/memory-stores.ts";
import { describeStores } from "./stores.suite.ts";

describeStores("memory", {
  open: async () => {},
  empty: async () => createMemoryStores(),
  close: async () => {},
});
