/** The roles that claim work from the tables. Each has a queue of wake-ups of the same name. */
export const WORK_ROLES = ["schedule", "submit", "poll", "archive", "reconcile"] as const;
export type WorkRole = (typeof WORK_ROLES)[number];

/** The roles of a worker process: everything but the schedule. */
export const WORKER_ROLES = ["submit", "poll", "archive", "reconcile"] as const satisfies readonly WorkRole[];
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** What a process may do. `nightferry up` does all of it in one process. */
export const ROLES = [...WORK_ROLES, "http"] as const;
export type Role = (typeof ROLES)[number];
