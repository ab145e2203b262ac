// The suite of the package in a tab of Chromium: the same file that every other runtime runs, with each wasm.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inTab } from "../figures/tab.js";

const FOLDER = process.env["KEYHAVEN_VECTORS"] ?? "";
const NAMES = ["backup", "key-file", "recovery-key", "secret-storage", "session"];
const FILES = Object.fromEntries(NAMES.map((name) => [`/vectors/${name}.json`, `${FOLDER}/${name}.json`]));

for (const wasm of ["keyhaven", "keyhaven-scalar"]) {
  test(`${wasm}: every case of the suite passes in a page`, async () => {
    // As text, because the compiler would make of `import` what Node understands.
    const answer = await inTab(
      (page) => page.evaluate<string>(`(async () => {
        const [{ report }, keyhaven] = await Promise.all(["/built/portable/report.js", "keyhaven"].map((name) => import(name)));
        await keyhaven.init({ url: "/node_modules/keyhaven/wasm/${wasm}.wasm" });
        const files = {};
        for (const name of ${JSON.stringify(NAMES)}) files[name] = (await (await fetch("/vectors/" + name + ".json")).json()).cases;
        return report(keyhaven, (file, op) => files[file].filter((one) => one.op === op));
      })()`),
      FILES,
    );
    const [count] = /^\d+(?= passed$)/.exec(answer) ?? [];
    assert.ok(Number(count) > 500, answer);
  });
}
