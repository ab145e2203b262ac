// Installs the packed package in a project of its own, looks at it as tools do, and runs the tests there.
//
//   node run.mjs PACKAGE.tgz SCRATCH

import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { install } from "./scratch.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const [tarball, scratch] = process.argv.slice(2);
const run = install(tarball, scratch, { KEYHAVEN_VECTORS: join(here, "../vectors/matrix") });

/** A program of the packages beside this script. */
const tool = (name) => join(here, "node_modules/.bin", name);

run(tool("publint"), "run", "--strict", tarball);
run(tool("attw"), "--format", "table-flipped", "--exclude-entrypoints", "keyhaven.wasm", "keyhaven-scalar.wasm", "restore.wasm", "restore-scalar.wasm", "--", tarball);

for (const file of ["suite", "node", "tsconfig.json"]) cpSync(join(here, file), join(scratch, file), { recursive: true });
run(tool("tsc"), "--typeRoots", join(here, "node_modules/@types"));
const tests = readdirSync(join(scratch, "built/node")).filter((file) => file.endsWith(".test.js"));
run("node", "--test", "--test-reporter", process.env.CI ? "dot" : "spec", ...tests.map((file) => `built/node/${file}`));
