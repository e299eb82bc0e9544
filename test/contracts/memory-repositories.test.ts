import { createMemoryRepositories } from "../fakes/memory-repositories.ts";
import { describeRepositories } from "./repositories.suite.ts";

describeRepositories("memory", {
  open: async () => {},
  empty: async () => createMemoryRepositories(),
  close: async () => {},
});
