// What was stored before is still there: listed, opened, checked, and put back as the newest.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { OBJECT } from "../../fixtures/wire.js";
import type { App } from "../../pages/app.js";

const FIRST = { name: "Work", bytes: randomBytes(9_001) };
const SECOND = { name: "Work", bytes: randomBytes(12_007) };

/** Stores twice under one name. */
async function storeTwice(app: App): Promise<void> {
  await app.signUp();
  await app.vault.store(FIRST, "Work");
  // The words of the first time are still there, so the second time is known by its request.
  const written = app.page.waitForResponse((response) => response.request().method() === "PUT" && OBJECT.test(new URL(response.url()).pathname));
  await app.vault.store(SECOND, "Work");
  await written;
  await app.vault.expectOpen();
}

test("an earlier version is put back, and what was there stays in the list", async ({ app, page }) => {
  await storeTwice(app);
  const entries = await app.vault.openVersions("Work");
  await expect(entries).toHaveCount(2);
  await expect(entries.nth(0)).toContainText("The present version");
  await entries.nth(1).getByRole("button", { name: /^Put this version back/ }).click();
  await expect(page.getByText("The earlier version of ‘Work’ was opened, checked, and stored as the newest.")).toBeVisible();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FIRST.bytes)).toBe(true);
  await app.vault.backToList();
  await expect(await app.vault.openVersions("Work")).toHaveCount(3);
});

test("a version that the server altered is refused, and nothing is changed", async ({ app, page }) => {
  await storeTwice(app);
  await page.route(/\/persona\/v1\/objects\/[\w-]{22}\/versions\/\d+$/, async (route) => {
    const response = await route.fetch();
    const body = Buffer.from(await response.body());
    body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "PUT" && OBJECT.test(new URL(request.url()).pathname)) sent.push(request.url());
  });
  const entries = await app.vault.openVersions("Work");
  await entries.nth(1).getByRole("button", { name: /^Put this version back/ }).click();
  await expect(page.getByText("This version of ‘Work’ was not put back. Nothing was changed.")).toBeVisible();
  expect(sent).toEqual([]);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(SECOND.bytes)).toBe(true);
});
