// Installs the packed package beside the other implementations, and runs the tests there.
//
//   node run.mjs PACKAGE.tgz SCRATCH

import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { install } from "../npm/scratch.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const [tarball, scratch] = process.argv.slice(2);
const run = install(tarball, scratch);

const PEERS = ["@matrix-org/matrix-sdk-crypto-wasm", "@matrix-org/olm", "matrix-js-sdk"];
for (const peer of PEERS) {
  const link = join(scratch, "node_modules", peer);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(here, "node_modules", peer), link);
}
const sources = readdirSync(here).filter((file) => file.endsWith(".ts"));
for (const file of [...sources, "tsconfig.json"]) cpSync(join(here, file), join(scratch, file));
run(join(here, "node_modules/.bin/tsc"), "--typeRoots", join(here, "node_modules/@types"));
const tests = sources.filter((file) => file.endsWith(".test.ts")).map((file) => `built/${file.replace(/ts$/, "js")}`);
run("node", "--test", "--test-reporter", process.env.CI ? "dot" : "spec", ...tests);
