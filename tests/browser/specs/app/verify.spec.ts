// The page about the page: every part of the app with its hash, as the browser itself computes it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { appFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";

const PARTS = /^(keyhaven-(start|persona|account|reset|letter|worker|key-file|key-worker)-[0-9a-f]+(\.js|_bg\.wasm)|start-[0-9a-f]+\.js|style-[0-9a-f]+\.css)$/;

test("every part of every page stands there with the hash of the published list", async ({ page, server }) => {
  const sums = await readFile(join(appFolder(), "SHA256SUMS"), "utf8");
  const published = new Map(sums.trim().split("\n").map((line) => line.split("  ").reverse() as [string, string]));
  const parts = [...published.keys()].filter((name) => PARTS.test(name));
  expect(parts, "eight programs of two files each, starter and style").toHaveLength(18);
  await page.goto(`${server.origin}/verify`);
  const list = page.locator(".hash-list > li");
  for (const part of parts) {
    await expect(list.filter({ hasText: part }), part).toContainText(`SHA-256 ${published.get(part)}`);
  }
});

test("a part of another page that was altered is named, and has no hash there", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder(), {
    alter: (path, bytes) => (/^keyhaven-persona-.*\.wasm$/.test(path) ? Buffer.concat([bytes, Buffer.from([0, 2, 1, 0x78])]) : bytes),
  });
  complaints.allowOrigin(host.url);
  await page.goto(`${host.url}verify/`);
  const list = page.locator(".hash-list > li");
  await expect(list.filter({ hasText: /keyhaven-worker-.*wasm/ })).toContainText("SHA-256");
  const altered = list.filter({ hasText: /keyhaven-persona-.*wasm/ });
  await expect(altered).toContainText("This host does not give this part as it is named here.");
  await expect(altered).not.toContainText("SHA-256");
  complaints.expect(/integrity/i);
  await host.close();
});
