import type { Notifier } from "../../core/alerts/alert.ts";
import type { Clock } from "../../core/base/clock.ts";
import type { NewId } from "../../core/base/ids.ts";
import type { Emit } from "../../core/events/event.ts";
import type { Repositories } from "../../core/persistence/repositories.ts";
import type { FindObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/ports/registry.ts";
import type { CopyResult } from "../../core/ports/result-copier.ts";
import type { StageResult } from "../../core/ports/result-stager.ts";
import type { FindSmartSync } from "../../core/ports/smartsync.ts";
import type { WakeUps } from "../../core/ports/wake-up.ts";

/** Every port there is. A flow names those it uses: `Pick<Ports, "repositories" | "clock">`. */
export interface Ports {
  readonly repositories: Repositories;
  readonly wakeUps: WakeUps;
  readonly registry: Registry;
  readonly findSmartSync: FindSmartSync;
  readonly findObjectStore: FindObjectStore;
  readonly stageResult: StageResult;
  readonly copyResult: CopyResult;
  /** `null`: no alerts are configured. */
  readonly notifier: Notifier | null;
  readonly clock: Clock;
  readonly newId: NewId;
  /** In [0, 1). */
  readonly random: () => number;
  readonly emit: Emit;
  readonly toolVersion: string;
}
