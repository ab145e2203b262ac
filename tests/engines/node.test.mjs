// Every vector in wasm under Node.

import { readFileSync } from "node:fs";
import { test } from "node:test";

import { loadFiles } from "./cases.mjs";
import { runFiles } from "./compare.mjs";
import { assertAllAgree, assertBrowserAnswered, assertBrowserIdle } from "./expectations.mjs";
import { initSync, runCase } from "./pkg/keyhaven_engine_tests.js";
import { watch } from "./watch.mjs";

initSync({ module: readFileSync(new URL("pkg/keyhaven_engine_tests_bg.wasm", import.meta.url)) });
const files = loadFiles();

for (const engine of ["core", "pieces"]) {
  test(`the engine "${engine}" agrees with every vector, without WebCrypto`, async () => {
    const seen = watch();
    assertAllAgree(await runFiles(runCase, engine, files));
    assertBrowserIdle(seen);
  });
}

test("Node's WebCrypto agrees with every vector", async () => {
  const seen = watch();
  const results = await runFiles(runCase, "webcrypto", files);
  assertAllAgree(results);
  assertBrowserAnswered(results, seen);
});
