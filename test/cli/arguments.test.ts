import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { businessDate, queueNames, share, wholeNumber } from "../../src/cli/arguments.ts";

describe("an argument", () => {
  it.each([
    [businessDate, "2026-11-22", "2026-11-22"],
    [wholeNumber(0, 65_535), "0", 0],
    [wholeNumber(0, 65_535), "65535", 65_535],
    [share, "10%", 0.1],
    [share, "0.5%", 0.005],
    [share, "100%", 1],
    [queueNames, "submit, poll", ["submit", "poll"]],
  ])("is read by %o from %j", (read, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    [businessDate, "2026-13-01", /2026-11-22/],
    [businessDate, "yesterday", /2026-11-22/],
    [wholeNumber(0, 65_535), "65536", /from 0 to 65535/],
    [wholeNumber(0, 65_535), "-1", /from 0 to 65535/],
    [wholeNumber(1, 9), "0", /from 1 to 9/],
    [wholeNumber(1, 9), "1.5", /from 1 to 9/],
    [wholeNumber(1, 9), "", /from 1 to 9/],
    [share, "0%", /above 0%/],
    [share, "100.1%", /up to 100%/],
    [share, "10", /such as 10%/],
    [queueNames, "foo", /"foo" is not a queue; the queues are submit, poll, archive, reconcile/],
    [queueNames, "submit,", /"" is not a queue/],
    [queueNames, "schedule", /"schedule" is not a queue/],
  ])("is refused by %o: %j", (read, text, words) => {
    expect(() => read(text)).toThrow(InvalidArgumentError);
    expect(() => read(text)).toThrow(words);
  });
});
