/** A complete, valid file. Tests change one thing in it. */
export const BASE = `version: 1
connections:
  acme:
    url: https://bu-1234.example.com
    customerId: 1
    userName: \${env:WFM_USER}
    password: \${env:WFM_PASSWORD}
    locale: en_US
    timeZone: America/Chicago
    maxConcurrentJobs: 4
destinations:
  lake:
    type: s3
    bucket: acme-wfm
    prefix: smartsync
  disk:
    type: file
    path: ./archive
exports:
  schedules:
    connection: acme
    exporter: agent-schedule-detail
    schedule: "30 1 * * *"
    window: { from: -1d, to: -1d }
    select: { muIds: all }
    outputFormat: JSON
    parameters: { timeFormat: "24" }
    destination: lake
    formats: [raw]
  forecasts:
    connection: acme
    exporter: ct-active-forecast
    select: { ctIds: [7, 8] }
    destination: disk
  vacations:
    connection: acme
    exporter: agent-vacation-summary
    select: { allTimeOffGroups: {} }
    destination: disk
`;

/** The base with one text replaced. Throws if the base does not contain it. */
export function changed(from: string, to: string, text: string = BASE): string {
  if (!text.includes(from)) throw new Error(`the base does not contain ${from}`);
  return text.replace(from, () => to);
}
