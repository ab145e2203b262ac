// Makes the package of what xtask has compiled: types and scripts, each in both module systems, and the wasm with its hashes.
//
//   node build.mjs COMPILED OUT      COMPILED/<entry>[-scalar]/{glue.js,glue.d.ts,glue_bg.wasm} → OUT

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../../..");
const [compiled, out] = process.argv.slice(2);

/** Each script with the wasm that it loads. What `workers` is loaded for brings its own, and `worker` is handed one. */
const SCRIPTS = { worker: "keyhaven", workers: "keyhaven", index: "keyhaven", restore: "restore", inline: "keyhaven", persona: "persona" };
/** Each wasm, and the one for engines without vectors. */
const WASM = { keyhaven: "keyhaven-scalar", restore: "restore-scalar", persona: "persona" };

function integrity(bytes) {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

/** The file beside the script: its address and its hash. */
function fileOf(name) {
  const bytes = readFileSync(join(compiled, name, "glue_bg.wasm"));
  return `{ url: () => new URL("../wasm/${name}.wasm", import.meta.url), integrity: "${integrity(bytes)}" }`;
}

/** The file itself. */
function inlined(name) {
  const bytes = readFileSync(join(compiled, name, "glue_bg.wasm"));
  const text = bytes.toString("base64");
  return `{ integrity: "${integrity(bytes)}", bytes: () => Uint8Array.from(atob("${text}"), (character) => character.charCodeAt(0)) }`;
}

function files(name, simd, scalar) {
  const { length } = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(join(compiled, name, "glue_bg.wasm"))));
  return `export const EXPORTS = ${length};\nexport const FILES = {\n  simd: ${simd},\n  scalar: ${scalar},\n};\n`;
}

/** The glue with every export of the wasm behind our guard. */
function guarded(glue) {
  const [before, after, ...more] = glue.split("wasm = instance.exports;");
  if (after === undefined || more.length > 0) throw new Error("the glue takes the exports of the wasm elsewhere");
  return `import { guarded } from "../../src/guard.ts";\n${before}wasm = guarded(instance.exports);${after}`;
}

/** Glue and hashes where the type checker and the bundler find them. */
function generate() {
  rmSync(join(here, "generated"), { recursive: true, force: true });
  for (const [name, scalar] of Object.entries(WASM)) {
    const to = join(here, "generated", name);
    mkdirSync(to, { recursive: true });
    const glue = readFileSync(join(compiled, name, "glue.js"), "utf8");
    if (glue !== readFileSync(join(compiled, scalar, "glue.js"), "utf8")) {
      throw new Error(`the glue of ${name} differs with vectors and without`);
    }
    writeFileSync(join(to, "glue.js"), guarded(glue));
    cpSync(join(compiled, name, "glue.d.ts"), join(to, "glue.d.ts"));
    writeFileSync(join(to, "files.js"), files(name, fileOf(name), fileOf(scalar)));
  }
  const exports = ["keyhaven", "restore"].map((name) => readFileSync(join(here, `generated/${name}/files.js`), "utf8").split("\n")[0]);
  if (exports[0] === exports[1]) throw new Error("a worker could not tell the wasms apart by the number of what they export");
  // The one with vectors, once.
  const inline = `const file = ${inlined("keyhaven")};\n${files("keyhaven", "file", "file")}`;
  writeFileSync(join(here, "generated/inline.js"), inline);
}

function run(program, ...words) {
  execFileSync(join(here, "node_modules/.bin", program), words, { cwd: here, stdio: "inherit" });
}

/** The address of a script of CommonJS, which has no `import.meta`. */
const CJS_URL = 'const keyhavenScriptUrl = require("node:url").pathToFileURL(__filename).href;';

/** Which build this is: workers and those who start them must be of the same one. */
function buildId() {
  const hash = createHash("sha256");
  for (const name of Object.values(WASM)) hash.update(readFileSync(join(compiled, name, "glue_bg.wasm")));
  return hash.digest("base64url");
}

async function bundle(script, format) {
  const wasm = SCRIPTS[script];
  const isInline = script === "inline";
  // What asks for workers in `inline` has their script inside; elsewhere both are files of their own, loaded when asked for.
  const inside = isInline ? { "#start-worker": join(here, "src/start-worker-inline.ts"), "#worker-script": join(here, "generated/worker-script.js") } : {};
  // Where modules are required, so is what is loaded when it is asked for.
  const supported = { "dynamic-import": format === "esm" };
  const define = { KEYHAVEN_BUILD: JSON.stringify(buildId()) };
  await build({
    absWorkingDir: here,
    entryPoints: [join(here, `src/${script}.ts`)],
    outfile: join(out, `${format}/${script}.js`),
    bundle: true,
    format,
    target: "es2022",
    platform: "neutral",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    alias: {
      "#glue": join(here, `generated/${wasm}/glue.js`),
      "#files": join(here, isInline ? "generated/inline.js" : `generated/${wasm}/files.js`),
      "#restore-glue": join(here, "generated/restore/glue.js"),
      "#restore-files": join(here, "generated/restore/files.js"),
      "#start-worker": join(here, "src/start-worker.ts"),
      ...inside,
    },
    supported,
    ...(isInline ? {} : { external: ["*/workers.js"] }),
    ...(format === "cjs" && !isInline
      ? { define: { ...define, "import.meta.url": "keyhavenScriptUrl" }, banner: { js: CJS_URL } }
      : { define }),
  });
  if (script === "worker" && format === "esm") {
    const text = readFileSync(join(out, "esm/worker.js"), "utf8");
    writeFileSync(join(here, "generated/worker-script.js"), `export default ${JSON.stringify(text)};\n`);
  }
}

/** Size of a file of the package after gzip, in KB. */
function kilobytes(...files) {
  const sizes = files.map((file) => gzipSync(readFileSync(join(out, file)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** The README with the sizes of what was built. */
function writeSizes() {
  const text = readFileSync(join(here, "package/README.md"), "utf8");
  const filled = text.replace(/\{(script|wasm|both):(\w+):(\w+)\}/g, (_, what, script, wasm) => {
    const files = { script: [`esm/${script}.js`], wasm: [`wasm/${wasm}.wasm`] };
    return kilobytes(...(what === "both" ? [...files.script, ...files.wasm] : files[what])).toFixed(0);
  });
  writeFileSync(join(out, "README.md"), filled);
}

generate();
run("tsc", "--project", "tsconfig.restore.json");
rmSync(out, { recursive: true, force: true });
for (const format of ["esm", "cjs"]) {
  for (const project of ["tsconfig.json", "tsconfig.persona.json"]) run("tsc", "--project", project, "--outDir", join(out, format));
  for (const script of Object.keys(SCRIPTS)) await bundle(script, format);
}
writeFileSync(join(out, "cjs/package.json"), '{ "type": "commonjs" }\n');
mkdirSync(join(out, "wasm"));
for (const name of new Set(Object.entries(WASM).flat())) {
  cpSync(join(compiled, name, "glue_bg.wasm"), join(out, `wasm/${name}.wasm`));
}
writeSizes();
for (const file of readdirSync(join(here, "package")).filter((file) => file !== "README.md")) cpSync(join(here, "package", file), join(out, file));
for (const file of ["LICENSE-APACHE", "LICENSE-MIT", "SECURITY.md"]) cpSync(join(root, file), join(out, file));
