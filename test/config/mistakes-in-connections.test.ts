import { expect, test } from "vitest";
import { changed } from "./base-config.ts";
import { problemsOf } from "./load-text.ts";

/** The mistake, what it replaces in the base, what stands there instead, and the one problem it makes. */
type Row = readonly [title: string, from: string, to: string, problem: string];

const ROWS: readonly Row[] = [
  [
    "an unknown key near a known one",
    "    customerId: 1",
    "    customerId: 1\n    maxConcurentJobs: 4",
    "6:5 connections.acme.maxConcurentJobs: is not known here; did you mean maxConcurrentJobs?",
  ],
  [
    "a text instead of a number",
    "    customerId: 1",
    '    customerId: "1"',
    "5:17 connections.acme.customerId: is a text; write a whole number from 0 to 2147483647, without quotes",
  ],
  [
    "a broken number",
    "    maxConcurrentJobs: 4",
    "    maxConcurrentJobs: 1.5",
    "10:24 connections.acme.maxConcurrentJobs: is not a whole number from 1 to 1000",
  ],
  [
    "a budget of nothing",
    "    maxConcurrentJobs: 4",
    "    maxConcurrentJobs: 0",
    "10:24 connections.acme.maxConcurrentJobs: is not a whole number from 1 to 1000",
  ],
  [
    "a budget beyond reason",
    "    maxConcurrentJobs: 4",
    "    maxConcurrentJobs: 1001",
    "10:24 connections.acme.maxConcurrentJobs: is not a whole number from 1 to 1000",
  ],
  [
    "an unencrypted address",
    "url: https://bu-1234",
    "url: http://bu-1234",
    "4:10 connections.acme.url: would send the password unencrypted; write https:// (http:// is for this machine's own addresses only)",
  ],
  [
    "an address without a scheme",
    "url: https://bu-1234",
    "url: bu-1234",
    "4:10 connections.acme.url: is not a web address; write one such as https://bu-1234.example.com",
  ],
  [
    "an address with a login",
    "url: https://bu-1234",
    "url: https://user:canary@bu-1234",
    "4:10 connections.acme.url: holds a user name or password; leave them out of the address",
  ],
  [
    "an address with the path that is added",
    "example.com",
    "example.com/SMARTSync",
    "4:10 connections.acme.url: already names /SMARTSync; leave it out, it is added",
  ],
  ["an address with a query", "example.com", "example.com/?a=1", "4:10 connections.acme.url: has a ? or # part; leave it out"],
  [
    "an address from a variable",
    "url: https://bu-1234.example.com",
    "url: ${env:WFM_URL}",
    "4:10 connections.acme.url: reads no variables: only userName and password do; write the address of WFM, such as https://bu-1234.example.com",
  ],
  [
    "a locale that is none",
    "locale: en_US",
    "locale: english",
    "8:13 connections.acme.locale: is not a locale; write a locale such as en_US",
  ],
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
    '9:15 connections.acme.timeZone: "+01:00" is not a time zone; write one by its place, such as America/Chicago, or UTC',
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
    "a variable name that is none",
    "${env:WFM_PASSWORD}",
    "${env:WFM-PASSWORD}",
    "7:15 connections.acme.password: does not name a variable; write its name as letters, digits and _: ${env:WFM_PASSWORD}",
  ],
  [
    "a missing secret file",
    "${env:WFM_PASSWORD}",
    "${file:/run/secrets/nothing}",
    "7:15 connections.acme.password: needs the file /run/secrets/nothing, which cannot be read: there is no such file",
  ],
  [
    "an empty secret file",
    "${env:WFM_PASSWORD}",
    "${file:/run/secrets/empty}",
    "7:15 connections.acme.password: needs the file /run/secrets/empty, which is empty; put the secret into it",
  ],
  [
    "a reference of another kind",
    "${env:WFM_PASSWORD}",
    "${vault:wfm}",
    "7:15 connections.acme.password: has a ${...} that is not known; write ${env:NAME} or ${file:/path} as the whole value",
  ],
  [
    "a reference inside a text",
    "${env:WFM_USER}",
    "corp/${env:WFM_USER}",
    "6:15 connections.acme.userName: has a ${...} that is not known; write ${env:NAME} or ${file:/path} as the whole value",
  ],
  [
    "a literal password",
    "${env:WFM_PASSWORD}",
    "canary-literal",
    "7:15 connections.acme.password: is written into the file itself; write ${env:NAME} or ${file:/path}, or set allowLiteralSecrets: true",
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
    "6:13 connections.acme.caFile: cannot be read: there is no such file",
  ],
  [
    "a certificate file without certificates",
    "    customerId: 1",
    "    customerId: 1\n    caFile: not.pem",
    "6:13 connections.acme.caFile: holds no certificate; it needs -----BEGIN CERTIFICATE----- blocks (PEM)",
  ],
  [
    "a damaged certificate",
    "    customerId: 1",
    "    customerId: 1\n    caFile: broken.pem",
    "6:13 connections.acme.caFile: holds a damaged certificate, number 1 of 1",
  ],
];

test.each(ROWS)("%s is reported once, where it stands", (_, from, to, problem) => {
  expect(problemsOf(changed(from, to))).toEqual([`nightferry.yaml:${problem}`]);
});
