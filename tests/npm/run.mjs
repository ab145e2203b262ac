// Installs the packed package in a project of its own, looks at it as tools do, and runs the tests there.
//
//   node run.mjs PACKAGE.tgz SCRATCH

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const [tarball, scratch] = process.argv.slice(2);
const env = { ...process.env, KEYHAVEN_VECTORS: join(here, "../vectors/matrix") };

function run(program, ...words) {
  execFileSync(program, words, { cwd: scratch, env, stdio: "inherit" });
}

/** A program of the packages beside this script. */
const tool = (name) => join(here, "node_modules/.bin", name);

rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });
writeFileSync(join(scratch, "package.json"), '{ "name": "scratch", "private": true, "type": "module" }\n');
run("npm", "install", "--silent", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball);

run(tool("publint"), "run", "--strict", tarball);
run(tool("attw"), "--format", "table-flipped", "--exclude-entrypoints", "keyhaven.wasm", "keyhaven-scalar.wasm", "restore.wasm", "restore-scalar.wasm", "--", tarball);

for (const file of ["suite", "node", "tsconfig.json"]) cpSync(join(here, file), join(scratch, file), { recursive: true });
run(tool("tsc"), "--typeRoots", join(here, "node_modules/@types"));
const tests = readdirSync(join(scratch, "built/node")).filter((file) => file.endsWith(".test.js"));
run("node", "--test", "--test-reporter", process.env.CI ? "dot" : "spec", ...tests.map((file) => `built/node/${file}`));
