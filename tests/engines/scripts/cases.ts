// The vectors, parsed: what is no case of ours stops the run here, by file and name, and not as a riddle later.

import { readFileSync, readdirSync } from "node:fs";

import type { Case, Expected, Json, VectorFile } from "./compare.ts";

const VECTORS = new URL("../../vectors/persona/", import.meta.url);
const WYCHEPROOF = new URL("../pkg/wycheproof.json", import.meta.url);

/** No file may be empty or gone: so many cases there are at least. */
export const LEAST: Readonly<Record<string, number>> = {
  "address.json": 25,
  "archive.json": 34,
  "file.json": 18,
  "former-keys.json": 27,
  "inventory.json": 45,
  "keys.json": 20,
  "object.json": 80,
  "parts.json": 12,
  "recovery-code.json": 55,
  "wrap.json": 18,
  "wycheproof.json": 365,
};

export function loadFiles(): VectorFile[] {
  const names = readdirSync(VECTORS).filter((name) => name.endsWith(".json"));
  const files = names.map((name) => parseFile(name, readFileSync(new URL(name, VECTORS), "utf8")));
  return [...files, parseFile("wycheproof.json", readFileSync(WYCHEPROOF, "utf8"))];
}

/** Reads one file of cases, and nothing that is not exactly one. */
export function parseFile(name: string, text: string): VectorFile {
  const file = JSON.parse(text) as Json;
  if (!isObject(file) || !hasOnly(file, ["cases"]) || !Array.isArray(file["cases"])) throw new Error(`${name}: no cases`);
  return { name, cases: file["cases"].map((one, at) => parseCase(`${name}, case ${at}`, one)) };
}

function parseCase(where: string, value: Json): Case {
  if (!isObject(value) || !hasOnly(value, ["name", "op", "input", "output", "error"])) throw new Error(`${where}: no case`);
  const { name, op, input } = value;
  if (typeof name !== "string" || typeof op !== "string") throw new Error(`${where}: without a name or an operation`);
  if (input === undefined || !isObject(input)) throw new Error(`${where} (${name}): without an input`);
  return { name, op, input, expected: parseExpected(`${where} (${name})`, value) };
}

function parseExpected(where: string, { output, error }: { readonly [field: string]: Json }): Expected {
  if (output !== undefined && error === undefined) return { output };
  if (output === undefined && error !== undefined) return { error };
  throw new Error(`${where}: either an output or an error`);
}

function isObject(value: Json): value is { readonly [field: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function hasOnly(value: { readonly [field: string]: Json }, fields: readonly string[]): boolean {
  return Object.keys(value).every((field) => fields.includes(field));
}
