import fc from "fast-check";
import { expect, test } from "vitest";
import { reportSelection } from "../../src/config/check-selection.ts";
import { selectSchema } from "../../src/config/export-schema.ts";
import { type ExporterDefinition, EXPORTERS, type OutputFormat, SELECTORS, useOf } from "../../src/core/exporters/built-in-exporters.ts";
import { checkParameters } from "../../src/core/exports/export-request.ts";
import { KNOWN_PARAMETERS } from "../../src/core/exporters/parameter-kind.ts";
import { validateRequest } from "../../src/simulator/validate-request.ts";
import { rightValue, WRONG } from "../factories/exporter-cases.ts";

type Members = Readonly<Record<string, unknown>>;

interface Submission {
  readonly exporter: ExporterDefinition;
  readonly format: OutputFormat;
  readonly parameters: Members;
  readonly select: Members;
}

const ALL_PERMISSIONS = { viewable: (_kind: string, id: number) => id > 0, hasDefaultAttribute: true };

function isValidForConfiguration({ exporter, format, parameters, select }: Submission): boolean {
  const problems = checkParameters(exporter, format, parameters).map(({ message }) => message);
  reportSelection(exporter, select, (_path, message) => void problems.push(message));
  return problems.length === 0 && exporter.formats.includes(format) && selectSchema.safeParse(select).success;
}

function problemsOfSimulator({ exporter, format, parameters, select }: Submission): string[] {
  const body = { ...parameters, startDate: "2026-11-20", endDate: "2026-11-22", outputFormat: format, ...select };
  return validateRequest(exporter, body, ALL_PERMISSIONS);
}

const IDS = fc.constantFrom<unknown>([101], [101, 102], [102], [], ["101"], [-1], [1.5]);
const SELECTIONS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  muIds: IDS,
  buIds: IDS,
  ctIds: IDS,
  allTimeOffGroups: fc.constantFrom<unknown>({}, { includeAllTimeOffRules: true }, { includeAllTimeOffRules: "yes" }, { all: true }, []),
  timeOffGroupList: fc.constantFrom<unknown>(
    [{ timeOffGroup: 501, timeOffRules: ["Vacation"] }],
    [{ timeOffGroup: 501, timeOffRules: [] }],
    [{ timeOffGroup: 501 }],
    [{ timeOffRules: ["Vacation"] }],
    [{ timeOffGroup: 501, timeOffRules: [7] }],
    [],
  ),
};

/** Present in the given number of twenty cases. */
function inTwenty(times: number, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: times, arbitrary: value }, { weight: 20 - times, arbitrary: fc.constant(undefined) });
}

/** Mostly valid, so that the property sees enough valid and invalid requests. */
function parametersOf(exporter: ExporterDefinition, format: OutputFormat): fc.Arbitrary<Members> {
  const frequency = { required: 19, optional: 10, forbidden: 1 };
  const members = KNOWN_PARAMETERS.map((parameter) => {
    const wrong = fc.constantFrom(...WRONG[parameter]!.values);
    const value = fc.oneof({ weight: 19, arbitrary: fc.constant(rightValue(exporter, parameter)) }, { weight: 1, arbitrary: wrong });
    return [parameter, inTwenty(frequency[useOf(exporter, parameter, format)], value)] as const;
  });
  return fc.record({ ...Object.fromEntries(members), colour: inTwenty(1, fc.constant(1)) }).map(withoutUndefined);
}

function selectOf({ selector }: ExporterDefinition): fc.Arbitrary<Members> {
  const own = SELECTORS[selector].members;
  const members = Object.entries(SELECTIONS).map(([member, value]) => [member, inTwenty(own.includes(member) ? 14 : 1, value)] as const);
  return fc.record(Object.fromEntries(members)).map(withoutUndefined);
}

function withoutUndefined(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

test.each(EXPORTERS.map((exporter) => [exporter.slug, exporter] as const))(
  "for %s, the simulator accepts exactly the requests that the configuration allows",
  (_slug, exporter) => {
    const formats = fc.constantFrom<OutputFormat>(...exporter.formats, ...exporter.formats, "PIPE", "JSON", "XML");
    const submissions = formats.chain((format) =>
      fc.record({
        exporter: fc.constant(exporter),
        format: fc.constant(format),
        parameters: parametersOf(exporter, format),
        select: selectOf(exporter),
      }),
    );
    const counts = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(submissions, (submission) => {
        const isValid = isValidForConfiguration(submission);
        counts[isValid ? "valid" : "invalid"] += 1;
        const problems = problemsOfSimulator(submission);
        expect(problems.length === 0, JSON.stringify(problems)).toBe(isValid);
      }),
      { numRuns: 500 },
    );
    // Without enough requests of both kinds, the property would prove nothing.
    expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(5);
  },
);
