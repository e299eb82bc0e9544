/** The roles that take their work from a queue of the same name. */
export const QUEUE_ROLES = ["submit", "watch", "archive", "maintain"] as const;
export type QueueRole = (typeof QUEUE_ROLES)[number];

/** What a process may do; `up` is all of it in one. */
export const ROLES = ["scheduler", ...QUEUE_ROLES, "http"] as const;
export type Role = (typeof ROLES)[number];
