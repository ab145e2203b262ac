// usage: node chromium.js MATERIAL.json ROUNDS, in the folder that has `node_modules` and `built`; the figures go to
// standard output.
import type { Figure } from "./measure.js";
import { inTab } from "./tab.js";

const [material = "", rounds = "5"] = process.argv.slice(2);
const figures = await inTab(
  // As text, because the compiler would make of `import` what Node understands.
  (page) => page.evaluate<Figure[]>(`(async () => {
    const [{ measure }, keyhaven, sdk] = await Promise.all(["/built/figures/measure.js", "keyhaven", "@matrix-org/matrix-sdk-crypto-wasm"].map((name) => import(name)));
    const material = await (await fetch("/material.json")).json();
    return measure(keyhaven, sdk, material, "Chromium", ${Number(rounds)});
  })()`),
  { "/material.json": material },
);
process.stdout.write(JSON.stringify(figures));
