// `{ workers: n }` in a tab of Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import type { ExportedSession } from "keyhaven";
import type { Page } from "playwright-core";

import { inTab } from "../figures/tab.js";
import type * as InPage from "./in-page.js";
import { freshSession } from "./peers.js";

type Name = keyof typeof InPage;

/** Calls what the page has, with a session. As text, because the compiler would make of `import` what Node understands. */
function inPage<T>(page: Page, name: Name, session?: ExportedSession): Promise<T> {
  return page.evaluate<T>(`import("/built/tests/in-page.js").then((page) => page.${name}(${JSON.stringify(session)}))`);
}

/** Until no worker is left. */
async function noWorkers(page: Page): Promise<void> {
  for (let tries = 0; page.workers().length > 0; tries += 1) {
    assert.ok(tries < 500, "workers are still there");
    await page.waitForTimeout(10);
  }
}

test("two workers open what one thread opens, in the same order, and are gone afterwards", async () => {
  await inTab(async (page) => {
    let started = 0;
    page.on("worker", () => (started += 1));
    assert.deepEqual(await inPage(page, "asOnOneThread", freshSession()), [12 * 256, true]);
    assert.equal(started, 2);
    await noWorkers(page);
    assert.equal(await inPage(page, "aborted", freshSession()), "enough");
    assert.equal(started, 4);
    await noWorkers(page);
  });
});

test("workers that are refused or not found are an error by name", async () => {
  await inTab(async (page) => {
    assert.deepEqual(await inPage(page, "refused", freshSession()), ["no-workers", "no-workers"]);
  });
});

test("workers that are ended from outside are given up", async () => {
  await inTab(async (page) => {
    await page.clock.install();
    await inPage(page, "endWorkers", freshSession());
    await page.clock.runFor(31_000);
    assert.equal(await inPage(page, "whatEndedThem"), "worker-ended");
  });
});
