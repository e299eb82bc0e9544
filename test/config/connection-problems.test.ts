import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The text of the base that is replaced, its replacement, and the only problem that results. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "an unknown key near a known one",
    "    customerId: 1",
    "    customerId: 1\n    maxConcurentJobs: 4",
    "6:5 connections.acme.maxConcurentJobs: unknown key; did you mean maxConcurrentJobs?",
  ],
  [
    "a string instead of a number",
    "    customerId: 1",
    '    customerId: "1"',
    "5:17 connections.acme.customerId: is a string; write a whole number from 0 to 2147483647, without quotes",
  ],
  [
    "a fraction",
    "    maxConcurrentJobs: 4",
    "    maxConcurrentJobs: 1.5",
    "10:24 connections.acme.maxConcurrentJobs: is not a whole number from 1 to 1000",
  ],
  [
    "a concurrency limit of zero",
    "    maxConcurrentJobs: 4",
    "    maxConcurrentJobs: 0",
    "10:24 connections.acme.maxConcurrentJobs: is not a whole number from 1 to 1000",
  ],
  [
    "a concurrency limit above the maximum",
    "    maxConcurrentJobs: 4",
    "    maxConcurrentJobs: 1001",
    "10:24 connections.acme.maxConcurrentJobs: is not a whole number from 1 to 1000",
  ],
  [
    "an unencrypted address",
    "url: https://bu-1234",
    "url: http://bu-1234",
    "4:10 connections.acme.url: would send the password unencrypted; use https:// (http:// is allowed for addresses of this machine only)",
  ],
  [
    "an address without a scheme",
    "url: https://bu-1234",
    "url: bu-1234",
    "4:10 connections.acme.url: is not a web address; write one such as https://bu-1234.example.com",
  ],
  [
    "an address with a user name and password",
    "url: https://bu-1234",
    "url: https://user:canary@bu-1234",
    "4:10 connections.acme.url: contains a user name or password; remove them",
  ],
  [
    "an address with the path that Nightferry appends",
    "example.com",
    "example.com/SMARTSync",
    "4:10 connections.acme.url: already contains /SMARTSync, which Nightferry appends; remove it",
  ],
  [
    "an address with a query",
    "example.com",
    "example.com/?a=1",
    "4:10 connections.acme.url: contains a query or fragment; remove ? or # and what follows",
  ],
  [
    "an address from a variable",
    "url: https://bu-1234.example.com",
    "url: ${env:WFM_URL}",
    "4:10 connections.acme.url: cannot use ${...}; only userName, password and webhook can; write the address of WFM, such as https://bu-1234.example.com",
  ],
  ["an invalid locale", "locale: en_US", "locale: english", "8:13 connections.acme.locale: is not a locale; write one such as en_US"],
  [
    "a misspelled time zone",
    "America/Chicago",
    "America/Chicgo",
    '9:15 connections.acme.timeZone: "America/Chicgo" is not a time zone; did you mean America/Chicago?',
  ],
  [
    "a fixed offset as time zone",
    "America/Chicago",
    '"+01:00"',
    '9:15 connections.acme.timeZone: "+01:00" is not a time zone; write an IANA name such as America/Chicago, or UTC',
  ],
  [
    "an unknown orphan policy",
    "    customerId: 1",
    "    customerId: 1\n    orphans: some",
    '6:14 connections.acme.orphans: "some" is not an orphan policy; use one of all, report, ignore',
  ],
  [
    "a missing variable",
    "${env:WFM_PASSWORD}",
    "${env:WFM_PASWORD}",
    "7:15 connections.acme.password: needs the environment variable WFM_PASWORD, which is not set; set it",
  ],
  [
    "an empty variable",
    "${env:WFM_PASSWORD}",
    "${env:EMPTY}",
    "7:15 connections.acme.password: needs the environment variable EMPTY, which is empty; set it",
  ],
  [
    "an invalid variable name",
    "${env:WFM_PASSWORD}",
    "${env:WFM-PASSWORD}",
    "7:15 connections.acme.password: is not a valid variable name; use letters, digits and _, such as ${env:WFM_PASSWORD}",
  ],
  [
    "a missing secret file",
    "${env:WFM_PASSWORD}",
    "${file:/run/secrets/nothing}",
    "7:15 connections.acme.password: needs the file /run/secrets/nothing, which cannot be read: the file does not exist",
  ],
  [
    "an empty secret file",
    "${env:WFM_PASSWORD}",
    "${file:/run/secrets/empty}",
    "7:15 connections.acme.password: needs the file /run/secrets/empty, which is empty; write the secret to it",
  ],
  [
    "an unknown kind of reference",
    "${env:WFM_PASSWORD}",
    "${vault:wfm}",
    "7:15 connections.acme.password: contains an unknown ${...}; write ${env:NAME} or ${file:/path} as the whole value",
  ],
  [
    "a reference inside a string",
    "${env:WFM_USER}",
    "corp/${env:WFM_USER}",
    "6:15 connections.acme.userName: contains an unknown ${...}; write ${env:NAME} or ${file:/path} as the whole value",
  ],
  [
    "a literal password",
    "${env:WFM_PASSWORD}",
    "canary-literal",
    "7:15 connections.acme.password: is a literal secret; write ${env:NAME} or ${file:/path}, or set allowLiteralSecrets: true",
  ],
  [
    "a number as password",
    "${env:WFM_PASSWORD}",
    "20261122",
    "7:15 connections.acme.password: is a number; write ${env:NAME} or ${file:/path}",
  ],
  ["an empty user name", "${env:WFM_USER}", '""', "6:15 connections.acme.userName: is empty; write ${env:NAME} or ${file:/path}"],
  [
    "a missing certificate file",
    "    customerId: 1",
    "    customerId: 1\n    caFile: none.pem",
    "6:13 connections.acme.caFile: cannot be read: the file does not exist",
  ],
  [
    "a certificate file without certificates",
    "    customerId: 1",
    "    customerId: 1\n    caFile: not.pem",
    "6:13 connections.acme.caFile: contains no certificate; it needs -----BEGIN CERTIFICATE----- blocks (PEM)",
  ],
  [
    "a damaged certificate",
    "    customerId: 1",
    "    customerId: 1\n    caFile: broken.pem",
    "6:13 connections.acme.caFile: certificate 1 of 1 is damaged; replace it",
  ],
];

test.each(ROWS)("reports %s once, at its position", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
