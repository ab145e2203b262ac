// Installs the packed package in a project of its own, looks at it as tools do, and runs the tests there.
//
//   node run.mjs PACKAGE.tgz SCRATCH

import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build } from "esbuild";
import { rollup } from "rollup";

import { bundleAll } from "./bundle.mjs";
import { install, lend } from "./scratch.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const [tarball, scratch] = process.argv.slice(2);
const run = install(tarball, scratch, { KEYHAVEN_VECTORS: join(here, "../vectors/matrix") });

/** A program of the packages beside this script. */
const tool = (name) => join(here, "node_modules/.bin", name);

run(tool("publint"), "run", "--strict", tarball);
run(tool("attw"), "--format", "table-flipped", "--exclude-entrypoints", "keyhaven.wasm", "keyhaven-scalar.wasm", "restore.wasm", "restore-scalar.wasm", "persona.wasm", "--", tarball);

for (const file of ["suite", "node", "portable", "tsconfig.json"]) cpSync(join(here, file), join(scratch, file), { recursive: true });
lend(scratch);
run(tool("tsc"), "--typeRoots", join(here, "node_modules/@types"));
await build({ entryPoints: [join(here, "../../crates/wasm/npm/src/normal-form.ts")], outfile: join(scratch, "built/normal-form.js"), bundle: true, format: "esm", logLevel: "error" });
const tests = readdirSync(join(scratch, "built/node")).filter((file) => file.endsWith(".test.js"));
run("node", "--test", "--test-reporter", process.env.CI ? "dot" : "spec", ...tests.map((file) => `built/node/${file}`));

const esbuild = (options) => async (program, out) => {
  await build({ entryPoints: [program], outfile: join(out, "open.mjs"), bundle: true, format: "esm", target: "es2022", logLevel: "error", ...options });
  return "open.mjs";
};

const asOneFile = async (program, out) => {
  const made = await rollup({ input: program, plugins: [nodeResolve()] });
  await made.write({ file: join(out, "open.mjs"), format: "es" });
  return "open.mjs";
};

await bundleAll(scratch, {
  "esbuild, the wasm in the script": { program: "open-bytes.js", bundle: esbuild({ loader: { ".wasm": "binary" } }) },
  "esbuild, keyhaven/inline": { program: "open-inline.js", bundle: esbuild({}) },
  "esbuild, workers of keyhaven/inline": { program: "workers-inline.js", bundle: esbuild({}) },
  "Rollup, keyhaven/inline": { program: "open-inline.js", bundle: asOneFile },
  "Rollup, workers of keyhaven/inline": { program: "workers-inline.js", bundle: asOneFile },
});
