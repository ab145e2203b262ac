// How long a person waits for the page that a reset mail opens: a fresh browser with nothing in its cache, and the real
// server on loopback. The figures go to standard output, as `cargo xtask bench` reads them.
//
// usage: node reset-page.mjs ROUNDS, with the browser in KEYHAVEN_CHROMIUM and the server in KEYHAVEN_BINARY
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "@playwright/test";

const rounds = Number(process.argv[2] ?? 5);
const LINK = `/password/reset.html#email=ada%40example.org&code=k${"A".repeat(43)}`;

const data = await mkdtemp(join(tmpdir(), "keyhaven-bench-"));
const server = spawn(process.env.KEYHAVEN_BINARY, ["serve", "--listen", "127.0.0.1:0", "--data", data], { stdio: ["ignore", "pipe", "ignore"] });
try {
  const origin = await listening(server);
  const painted = [];
  const typable = [];
  for (let round = 0; round < rounds; round += 1) {
    const measured = await visit(origin);
    painted.push(measured.painted);
    typable.push(measured.typable);
  }
  const figure = (name, values) => ({ name, unit: "ms", rounds: values, goal: { at_most: 1000 }, beside: [] });
  process.stdout.write(
    JSON.stringify([
      figure("reset page, cold: largest contentful paint", painted),
      figure("reset page, cold: until the form can be typed into", typable),
    ]),
  );
} finally {
  server.kill();
  await rm(data, { recursive: true, force: true });
}

/** A browser of its own for each visit: no cache, no compiled code, no connection is left over. */
async function visit(origin) {
  const browser = await chromium.launch({
    executablePath: process.env.KEYHAVEN_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.largestPaint = entry.startTime;
      }).observe({ type: "largest-contentful-paint", buffered: true });
      new MutationObserver(() => {
        const field = document.querySelector("input[type=password]");
        if (field && !field.disabled && globalThis.typableAt === undefined) globalThis.typableAt = performance.now();
      }).observe(document, { childList: true, subtree: true, attributes: true });
    });
    await page.goto(origin + LINK);
    await page.waitForFunction(() => globalThis.typableAt !== undefined);
    // A later, larger paint would count.
    await page.waitForTimeout(500);
    return await page.evaluate(() => ({ painted: globalThis.largestPaint, typable: globalThis.typableAt }));
  } finally {
    await browser.close();
  }
}

function listening(child) {
  return new Promise((resolve, reject) => {
    child.once("exit", (status) => reject(new Error(`the server ended with ${status}`)));
    child.stdout.once("data", (line) => resolve(String(line).trim().replace("listening on ", "")));
  });
}
