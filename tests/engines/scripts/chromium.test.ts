// Every vector in Chromium: in a page and in a worker, and on a page that came over plain HTTP.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { type Browser, chromium } from "playwright-core";

import { loadFiles } from "./cases.ts";
import type { Engine } from "./compare.ts";
import { assertAllAgree, assertBrowserAnswered, assertBrowserIdle } from "./expectations.ts";
import { FLAGS } from "./flags.ts";
import type { Ran } from "./page.ts";
import { type Server, serve } from "./serve.ts";

// A name that is not loopback, so that its pages are no secure context.
const PLAIN = "--host-resolver-rules=MAP plain.test 127.0.0.1";

let server: Server;
let browser: Browser;

before(async () => {
  server = await serve(loadFiles());
  browser = await chromium.launch({
    executablePath: process.env["KEYHAVEN_CHROMIUM"] ?? "/usr/bin/chromium",
    headless: true,
    args: [...FLAGS, PLAIN],
  });
});

after(async () => {
  await browser.close();
  server.close();
});

/** Runs every case with `engine` in a "page" or a "worker" of the page at `host`. */
async function runAt(host: string, where: "page" | "worker", engine: Engine): Promise<Ran> {
  const page = await browser.newPage();
  try {
    await page.goto(`http://${host}:${server.port}/`);
    // As text, because the module is one of the page and none of this folder.
    const call = where === "worker" ? "runInWorker" : "run";
    return await page.evaluate<Ran>(`import("/built/page.js").then((module) => module.${call}("${engine}"))`);
  } finally {
    await page.close();
  }
}

for (const where of ["page", "worker"] as const) {
  test(`WebCrypto, with several chunks of an object at once, agrees with every vector in a ${where}`, async () => {
    const { results, seen } = await runAt("127.0.0.1", where, "webcrypto-pieces");
    assertAllAgree(results);
    assert.ok(seen.sealed >= 60 && seen.opened >= 60, `${seen.sealed} sealed and ${seen.opened} opened`);
  });

  test(`WebCrypto agrees with every vector in a ${where}`, async () => {
    const { results, seen, secure } = await runAt("127.0.0.1", where, "webcrypto");
    assert.equal(secure, true, "a secure context");
    assertAllAgree(results);
    assertBrowserAnswered(results, seen);
  });
}

test("the software engine agrees with every vector in a worker, without WebCrypto", async () => {
  const { results, seen } = await runAt("127.0.0.1", "worker", "core");
  assertAllAgree(results);
  assertBrowserIdle(seen);
});

test("a page that came over plain HTTP has no WebCrypto, and every vector comes out the same", async () => {
  const { results, seen, secure, subtle } = await runAt("plain.test", "page", "webcrypto");
  assert.equal(secure, false, "no secure context");
  assert.equal(subtle, "undefined");
  assertAllAgree(results);
  assertBrowserIdle(seen);
});
