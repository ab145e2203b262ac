// Runs the tests.
//
//   node run.mjs PACKAGE.tgz SCRATCH

import { readdirSync } from "node:fs";
import { join } from "node:path";

import { prepare } from "./prepare.mjs";

const [tarball, scratch] = process.argv.slice(2);
const run = prepare(tarball, scratch);
const tests = readdirSync(join(scratch, "built/tests")).filter((file) => file.endsWith(".test.js"));
run("node", "--test", "--test-reporter", process.env.CI ? "dot" : "spec", ...tests.map((file) => `built/tests/${file}`));
