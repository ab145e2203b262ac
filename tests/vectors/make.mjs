// Writes persona/*.json, or with --check says whether they are what would be written.
//
//   npm ci && node make.mjs [--check]

import { readFileSync, writeFileSync } from "node:fs";

import { addressCases } from "./make/addresses.mjs";
import { archiveCases } from "./make/archives.mjs";
import { fileCases } from "./make/files.mjs";
import { formerKeysCases } from "./make/former-keys.mjs";
import { inventoryCases } from "./make/inventories.mjs";
import { keyCases } from "./make/keys.mjs";
import { objectCases } from "./make/objects.mjs";
import { partsCases } from "./make/parts.mjs";
import { recoveryCodeCases } from "./make/recovery-codes.mjs";
import { wrapCases } from "./make/wraps.mjs";

const FILES = {
  "address.json": addressCases,
  "archive.json": archiveCases,
  "file.json": fileCases,
  "former-keys.json": formerKeysCases,
  "inventory.json": inventoryCases,
  "keys.json": keyCases,
  "object.json": objectCases,
  "parts.json": partsCases,
  "recovery-code.json": recoveryCodeCases,
  "wrap.json": wrapCases,
};

const check = process.argv.includes("--check");
let stale = 0;
for (const [name, make] of Object.entries(FILES)) {
  const cases = make();
  const names = new Set(cases.map((one) => `${one.op} ${one.name}`));
  if (names.size !== cases.length) throw new Error(`${name}: two cases have one name`);
  const text = `{\n  "cases": [\n${cases.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]\n}\n`;
  const path = new URL(`./persona/${name}`, import.meta.url);
  if (!check) {
    writeFileSync(path, text);
    console.log(`${name}: ${cases.length} cases`);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${name} is not what make.mjs writes`);
    stale += 1;
  }
}
process.exitCode = stale === 0 ? 0 : 1;
