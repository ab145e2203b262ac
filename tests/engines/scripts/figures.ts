// Times sealing and opening of 1 GiB in pieces, in a worker of a page, beside one call of WebCrypto over as many bytes.
// The figures go to standard output, as `cargo xtask bench` reads them.
//
// usage: node built/figures.js ROUNDS, with the browser in KEYHAVEN_CHROMIUM

import { type Browser, chromium } from "playwright-core";

import { FLAGS } from "./flags.ts";
import { type Server, serve } from "./serve.ts";
import type { Gibibyte } from "./gibibyte.ts";

const rounds = Number(process.argv[2] ?? 3);
const server: Server = await serve([]);
const browser: Browser = await chromium.launch({
  executablePath: process.env["KEYHAVEN_CHROMIUM"] ?? "/usr/bin/chromium",
  headless: true,
  args: FLAGS,
});
try {
  const measured: Gibibyte[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.port}/`);
    measured.push(await page.evaluate<Gibibyte>(`import("/built/gibibyte.js").then((module) => module.inWorker())`));
    await page.close();
  }
  const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
  const figure = (verb: "seal" | "open") => ({
    name: `${verb} 1 GiB, in a browser, against one call of WebCrypto`,
    unit: "×",
    rounds: measured.map(({ ours, whole }) => ours[verb] / whole[verb]),
    goal: { at_most: 1.5 },
    beside: [
      { name: "in pieces of 1 MiB", unit: "s", median: median(measured.map(({ ours }) => ours[verb] / 1000)) },
      { name: "one call of WebCrypto", unit: "s", median: median(measured.map(({ whole }) => whole[verb] / 1000)) },
    ],
  });
  const memory = {
    name: "memory of the module after sealing and opening 1 GiB, in a browser",
    unit: "MiB",
    rounds: measured.map(({ memoryMib }) => memoryMib),
    goal: { at_most: 16 },
    beside: [],
  };
  process.stdout.write(JSON.stringify([figure("seal"), figure("open"), memory]));
} finally {
  await browser.close();
  server.close();
}
