// usage: node chromium.js MATERIAL.json ROUNDS, in the folder that has `node_modules` and `built`, with the browser in
// KEYHAVEN_CHROMIUM; the figures go to standard output.
import { createReadStream, existsSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

import { chromium } from "playwright-core";

import type { Figure } from "./measure.js";

const [material = "", rounds = "5"] = process.argv.slice(2);
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};
const PAGE = `<!doctype html><title>Figures</title><script type="importmap">${JSON.stringify({
  imports: {
    keyhaven: "/node_modules/keyhaven/esm/index.js",
    "@matrix-org/matrix-sdk-crypto-wasm": "/node_modules/@matrix-org/matrix-sdk-crypto-wasm/index.mjs",
  },
})}</script>`;

const server = createServer((request, response) => {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const file = path === "/material.json" ? material : join(process.cwd(), path);
  if (path === "/") response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  else if (path.includes("..") || !existsSync(file)) response.writeHead(404).end();
  else createReadStream(realpathSync(file)).pipe(response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({
  executablePath: process.env["KEYHAVEN_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  // As text, because the compiler would make of `import` what Node understands.
  const figures = await page.evaluate<Figure[]>(`(async () => {
    const [{ measure }, keyhaven, sdk] = await Promise.all(["/built/figures/measure.js", "keyhaven", "@matrix-org/matrix-sdk-crypto-wasm"].map((name) => import(name)));
    const material = await (await fetch("/material.json")).json();
    return measure(keyhaven, sdk, material, "Chromium", ${Number(rounds)});
  })()`);
  process.stdout.write(JSON.stringify(figures));
} finally {
  await browser.close();
  server.close();
}
