import type { Catalog } from "../core/catalog.ts";
import type { Clock } from "../core/clock.ts";
import type { Notifier } from "../core/alarm.ts";
import type { Emit } from "../core/event.ts";
import type { NewId } from "../core/ids.ts";
import type { MessageQueue } from "../core/message.ts";
import type { FindObjectStore } from "../core/object-store.ts";
import type { CopyResult } from "../core/result-copier.ts";
import type { StageResult } from "../core/result-stager.ts";
import type { FindSmartSync } from "../core/smartsync.ts";
import type { Stores } from "../core/stores.ts";

/** All the doors there are. A flow asks for those it uses: `Pick<Ports, "stores" | "clock">`. */
export interface Ports {
  readonly stores: Stores;
  readonly queue: MessageQueue;
  readonly catalog: Catalog;
  readonly findSmartSync: FindSmartSync;
  readonly findObjectStore: FindObjectStore;
  readonly stageResult: StageResult;
  readonly copyResult: CopyResult;
  /** `null`: nobody wants to be told. */
  readonly notifier: Notifier | null;
  readonly clock: Clock;
  readonly newId: NewId;
  /** In [0, 1). */
  readonly random: () => number;
  readonly emit: Emit;
  readonly toolVersion: string;
}
