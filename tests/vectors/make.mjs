// Writes persona/*.json and matrix/*.json, or with --check says whether they are what would be written.
//
//   npm ci && node make.mjs [--check]

import { readFileSync, writeFileSync } from "node:fs";

import { addressCases } from "./make/addresses.mjs";
import { archiveCases } from "./make/archives.mjs";
import { fileCases } from "./make/files.mjs";
import { formerKeysCases } from "./make/former-keys.mjs";
import { inventoryCases } from "./make/inventories.mjs";
import { keyCases } from "./make/keys.mjs";
import { backupCases } from "./make/matrix/backups.mjs";
import { keyFileCases } from "./make/matrix/key-files.mjs";
import { primitiveCases } from "./make/matrix/primitives.mjs";
import { recoveryKeyCases } from "./make/matrix/recovery-keys.mjs";
import { secretCases } from "./make/matrix/secrets.mjs";
import { sessionCases } from "./make/matrix/sessions.mjs";
import { objectCases } from "./make/objects.mjs";
import { partsCases } from "./make/parts.mjs";
import { recoveryCodeCases } from "./make/recovery-codes.mjs";
import { wrapCases } from "./make/wraps.mjs";

const FILES = {
  "persona/address.json": addressCases,
  "persona/archive.json": archiveCases,
  "persona/file.json": fileCases,
  "persona/former-keys.json": formerKeysCases,
  "persona/inventory.json": inventoryCases,
  "persona/keys.json": keyCases,
  "persona/object.json": objectCases,
  "persona/parts.json": partsCases,
  "persona/recovery-code.json": recoveryCodeCases,
  "persona/wrap.json": wrapCases,
  "matrix/backup.json": backupCases,
  "matrix/key-file.json": keyFileCases,
  "matrix/primitives.json": primitiveCases,
  "matrix/recovery-key.json": recoveryKeyCases,
  "matrix/secret-storage.json": secretCases,
  "matrix/session.json": sessionCases,
};

const check = process.argv.includes("--check");
let stale = 0;
for (const [name, make] of Object.entries(FILES)) {
  const cases = make();
  const names = new Set(cases.map((one) => `${one.op} ${one.name}`));
  if (names.size !== cases.length) throw new Error(`${name}: two cases have one name`);
  const text = `{\n  "cases": [\n${cases.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]\n}\n`;
  const path = new URL(`./${name}`, import.meta.url);
  if (!check) {
    writeFileSync(path, text);
    console.log(`${name}: ${cases.length} cases`);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${name} is not what make.mjs writes`);
    stale += 1;
  }
}
process.exitCode = stale === 0 ? 0 : 1;
