// The packed package beside the other implementations, in a project of its own, with everything here compiled.

import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { install } from "../npm/scratch.mjs";

const PEERS = ["@matrix-org/matrix-sdk-crypto-wasm", "@matrix-org/olm", "matrix-js-sdk", "playwright-core"];
const here = fileURLToPath(new URL(".", import.meta.url));
const vectors = join(here, "../vectors/matrix");

/** Makes the project anew, and returns how to run a program in it. */
export function prepare(tarball, scratch) {
  const run = install(tarball, scratch, { KEYHAVEN_VECTORS: vectors });
  for (const peer of PEERS) {
    const link = join(scratch, "node_modules", peer);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(here, "node_modules", peer), link);
  }
  for (const file of ["tests", "figures", "tsconfig.json"]) cpSync(join(here, file), join(scratch, file), { recursive: true });
  // The suite that every runtime runs, for the page.
  for (const folder of ["suite", "portable"]) cpSync(join(here, "../npm", folder), join(scratch, folder), { recursive: true, filter: (file) => !file.endsWith("main.ts") });
  run(join(here, "node_modules/.bin/tsc"), "--typeRoots", join(here, "node_modules/@types"));
  return run;
}
