import { InvalidArgumentError } from "commander";
import { type BusinessDate, parseBusinessDate } from "../core/business-date.ts";
import { QUEUE_ROLES, type QueueRole } from "../core/role.ts";

/** Readers of arguments: a value, or commander's error with a sentence on what would be right. */

export function businessDate(text: string): BusinessDate {
  const date = parseBusinessDate(text);
  if (!date) throw new InvalidArgumentError("A date is written as 2026-11-22.");
  return date;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(least <= value && value <= most)) throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return value;
  };
}

/** A part of one: above 0, up to 1. */
export function share(text: string): number {
  const match = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text);
  const value = Number(match?.[1] ?? 0) / 100;
  if (value <= 0 || value > 1) throw new InvalidArgumentError("Write a share above 0% and up to 100%, such as 10%.");
  return value;
}

export function queueNames(text: string): QueueRole[] {
  return text.split(",").map((part) => {
    const name = QUEUE_ROLES.find((known) => known === part.trim());
    if (!name) throw new InvalidArgumentError(`There is no queue ${part.trim() || "without a name"}; there are ${QUEUE_ROLES.join(", ")}.`);
    return name;
  });
}
