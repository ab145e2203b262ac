// A tab of Chromium, in the browser that KEYHAVEN_CHROMIUM names, with a page that can import what is installed here.
import { createReadStream, existsSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

import { chromium, type Browser, type Page } from "playwright-core";

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
})}</script><input type="file">`;

/**
 * Runs in a browser of its own, which has nothing of what ran before.
 *
 * @param files Where files are that are not below this folder, by their paths in the page.
 */
export async function inTab<T>(run: (page: Page, browser: Browser) => Promise<T>, files: Readonly<Record<string, string>> = {}): Promise<T> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = files[path] ?? join(process.cwd(), path);
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
    return await run(page, browser);
  } finally {
    await browser.close();
    server.close();
  }
}
