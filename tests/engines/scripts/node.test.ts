// Every vector in wasm under Node.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { loadFiles, parseFile } from "./cases.ts";
import { runFile, runFiles } from "./compare.ts";
import { assertAllAgree, assertBrowserAnswered, assertBrowserIdle } from "./expectations.ts";
import { watch } from "./watch.ts";
import { initSync, runCase } from "../pkg/keyhaven_engine_tests.js";

initSync({ module: readFileSync(new URL("../pkg/keyhaven_engine_tests_bg.wasm", import.meta.url)) });
const files = loadFiles();

for (const engine of ["core", "pieces"] as const) {
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

test("a case that comes out otherwise than its file says is told", async () => {
  const files = ['"output": {"joined": "00000001aa"}', '"output": {"joined": "00000001ab"}', '"error": {"name": "trailing"}'].map(
    (expected, at) => parseFile(`${at}`, `{"cases": [{"name": "one", "op": "parts.join", "input": {"parts": ["aa"]}, ${expected}}]}`),
  );
  const results = await runFiles(runCase, "core", files);
  assert.deepEqual(results.map(({ wrong }) => wrong.length), [0, 1, 1]);
});

test("what is no case is refused", async () => {
  for (const cases of ["[]]", "{}", "[1]", '[{"name": "a", "op": "b"}]', '[{"name": "a", "op": "b", "input": {}}]',
    '[{"name": "a", "op": "b", "input": {}, "output": 1, "error": 1}]', '[{"name": "a", "op": "b", "input": {}, "outcome": 1}]']) {
    assert.throws(() => parseFile("bad", `{"cases": ${cases}}`), cases);
  }
  const unknown = parseFile("unknown", '{"cases": [{"name": "a", "op": "no.such", "input": {}, "output": 1}]}');
  await assert.rejects(runFile(runCase, "core", unknown));
});
