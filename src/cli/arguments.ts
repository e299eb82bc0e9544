import { InvalidArgumentError } from "commander";
import { type BusinessDate, parseBusinessDate } from "../core/base/business-date.ts";
import { WORKER_ROLES, type WorkerRole } from "../core/base/role.ts";

// Each function reads one argument, or throws commander's error with a sentence that says what is right.

export function businessDate(text: string): BusinessDate {
  const date = parseBusinessDate(text);
  if (!date) throw new InvalidArgumentError("Write an existing date as yyyy-MM-dd, such as 2026-11-22.");
  return date;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(least <= value && value <= most)) throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return value;
  };
}

/** A percentage as a fraction in (0, 1]. */
export function share(text: string): number {
  const match = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text);
  const value = Number(match?.[1] ?? 0) / 100;
  if (value <= 0 || value > 1) throw new InvalidArgumentError("Write a share above 0% and up to 100%, such as 10%.");
  return value;
}

export function queueNames(text: string): WorkerRole[] {
  return text.split(",").map((word) => {
    const name = WORKER_ROLES.find((known) => known === word.trim());
    if (!name) throw new InvalidArgumentError(`"${word.trim()}" is not a queue; the queues are ${WORKER_ROLES.join(", ")}.`);
    return name;
  });
}
