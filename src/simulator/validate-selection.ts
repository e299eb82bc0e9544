import { assertNever } from "../core/base/assert-never.ts";
import type { ExporterDefinition } from "../core/exporters/built-in-exporters.ts";
import { numbersOf, type SubmitBody, timeOffGroupsOf } from "./result-plan.ts";

export const FORBIDDEN = "Insufficient permissions to view entities";

export type Viewable = (kind: "mu" | "ct" | "bu" | "time-off", id: number) => boolean;

/** The problems of a request's entities. The sentence about entities that the login may not view comes last. */
export function validateSelection(exporter: ExporterDefinition, body: SubmitBody, viewable: Viewable): string[] {
  switch (exporter.selector) {
    case "management-units":
      return body["muIds"] === undefined
        ? ["Missing required parameter: 'muIds'"]
        : [...validateIds(body, "muIds"), ...forbid(numbersOf(body["muIds"]).filter((id) => !viewable("mu", id)))];
    case "contact-types":
      return validateContactTypes(body, viewable);
    case "time-off-groups":
      return validateTimeOff(body, viewable);
    default:
      return assertNever(exporter.selector);
  }
}

function validateContactTypes(body: SubmitBody, viewable: Viewable): string[] {
  if (body["buIds"] === undefined && body["ctIds"] === undefined) return ["At least one of 'buIds', 'ctIds' is required"];
  return [
    ...(body["buIds"] === undefined ? [] : validateIds(body, "buIds")),
    ...(body["ctIds"] === undefined ? [] : validateIds(body, "ctIds")),
    ...forbid([
      ...numbersOf(body["buIds"]).filter((id) => !viewable("bu", id)),
      ...numbersOf(body["ctIds"]).filter((id) => !viewable("ct", id)),
    ]),
  ];
}

function validateTimeOff(body: SubmitBody, viewable: Viewable): string[] {
  const { timeOffGroupList: list, allTimeOffGroups: all } = body;
  if (list === undefined && all === undefined) return ["One of 'timeOffGroupList', 'allTimeOffGroups' is required"];
  if (list !== undefined && all !== undefined) return ["Only one of 'timeOffGroupList', 'allTimeOffGroups' is supported"];
  if (all !== undefined) return isAllGroups(all) ? [] : ["Invalid allTimeOffGroups value"];
  const groups = timeOffGroupsOf(list);
  const isWhole = Array.isArray(list) && list.length > 0 && groups.length === list.length && list.every(namesRules);
  return isWhole ? forbid(groups.filter((id) => !viewable("time-off", id))) : ["Invalid timeOffGroupList value"];
}

function validateIds(body: SubmitBody, member: string): string[] {
  const value = body[member];
  const ids = numbersOf(value);
  const isWhole = Array.isArray(value) && value.length > 0 && ids.length === value.length;
  return isWhole ? [] : [`Invalid ${member} value: ${JSON.stringify(value)}`];
}

function forbid(ids: readonly number[]): string[] {
  return ids.length === 0 ? [] : [`${FORBIDDEN}: ${ids.join(", ")}`];
}

function isAllGroups(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([member, flag]) => member === "includeAllTimeOffRules" && typeof flag === "boolean");
}

function namesRules(group: unknown): boolean {
  if (typeof group !== "object" || group === null || !("timeOffRules" in group)) return false;
  return Array.isArray(group.timeOffRules) && group.timeOffRules.every((rule) => typeof rule === "string" && rule !== "");
}
