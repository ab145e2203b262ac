// The vectors, parsed: what is no case of ours stops the run here, by file and name, and not as a riddle later.

import { readFileSync, readdirSync } from "node:fs";

import type { Case, Expected, Json, VectorFile } from "./compare.ts";

const VECTORS = new URL("../../vectors/", import.meta.url);
const FOLDERS = ["matrix", "persona"];
const WYCHEPROOF = new URL("../pkg/wycheproof.json", import.meta.url);

/** No file may be empty or gone: so many cases there are at least. */
export const LEAST: Readonly<Record<string, number>> = {
  "matrix/backup.json": 47,
  "matrix/key-file.json": 55,
  "matrix/primitives.json": 16,
  "matrix/recovery-key.json": 30,
  "matrix/secret-storage.json": 28,
  "matrix/session.json": 45,
  "persona/address.json": 25,
  "persona/archive.json": 34,
  "persona/file.json": 18,
  "persona/former-keys.json": 27,
  "persona/inventory.json": 45,
  "persona/keys.json": 20,
  "persona/object.json": 80,
  "persona/parts.json": 12,
  "persona/recovery-code.json": 55,
  "persona/wrap.json": 18,
  "wycheproof.json": 450,
};

export function loadFiles(): VectorFile[] {
  const names = FOLDERS.flatMap((folder) => readdirSync(new URL(folder, VECTORS)).map((name) => `${folder}/${name}`));
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
