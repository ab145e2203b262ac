import { test } from "node:test";

import * as keyhaven from "keyhaven/inline";

import { equal } from "../suite/check.js";
import { keyFileCases } from "../suite/key-file.js";
import { vectors } from "./vectors.js";

test("the inlined wasm opens key files, and nothing is loaded from anywhere", async () => {
  Object.assign(globalThis.process, { getBuiltinModule: undefined });
  Object.assign(globalThis, { fetch: () => Promise.reject(new Error("a request")) });
  await keyhaven.init();
  const cases = keyFileCases(keyhaven, vectors).filter(({ name }) => name.includes("as text, by webcrypto"));
  equal(cases.length > 10, true);
  for (const { run } of cases) await run();
});
