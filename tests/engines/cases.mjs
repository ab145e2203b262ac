// The files of cases, by name.

import { readFileSync, readdirSync } from "node:fs";

const VECTORS = new URL("../vectors/persona/", import.meta.url);

export function loadFiles() {
  const read = (url) => JSON.parse(readFileSync(url, "utf8")).cases;
  const names = readdirSync(VECTORS).filter((name) => name.endsWith(".json"));
  const files = names.map((name) => ({ name, cases: read(new URL(name, VECTORS)) }));
  return [...files, { name: "wycheproof.json", cases: read(new URL("pkg/wycheproof.json", import.meta.url)) }];
}

/** No file may be empty or gone: so many cases there are at least. */
export const LEAST = {
  "address.json": 25,
  "file.json": 18,
  "inventory.json": 45,
  "keys.json": 20,
  "object.json": 80,
  "parts.json": 12,
  "recovery-code.json": 55,
  "wrap.json": 18,
  "wycheproof.json": 365,
};
