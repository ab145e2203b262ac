// Compiles the crate to wasm and its bindings to pkg/, with the types that the scripts are checked against, and writes the Wycheproof sets as cases beside them.
// `--release` compiles as the app's build does: for figures.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const pkg = fileURLToPath(new URL("pkg/", import.meta.url));

function run(program, ...words) {
  return execFileSync(program, words, { cwd: here, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
}

function buildWasm() {
  const messages = run(
    "cargo", "build", "--locked", "--package", "keyhaven-engine-tests", "--lib",
    "--target", "wasm32-unknown-unknown", "--message-format", "json-render-diagnostics",
    ...process.argv.slice(2).filter((word) => word === "--release"),
  );
  const files = messages.trim().split("\n").flatMap((line) => JSON.parse(line).filenames ?? []);
  const wasm = files.find((file) => file.endsWith("keyhaven_engine_tests.wasm"));
  if (wasm === undefined) throw new Error("cargo built no keyhaven_engine_tests.wasm");
  return wasm;
}

mkdirSync(pkg, { recursive: true });
run("wasm-bindgen", "--target", "web", "--out-dir", pkg, buildWasm());
const cases = run("cargo", "run", "--locked", "--quiet", "--package", "keyhaven-engine-tests", "--example", "wycheproof_cases");
writeFileSync(`${pkg}wycheproof.json`, cases);
