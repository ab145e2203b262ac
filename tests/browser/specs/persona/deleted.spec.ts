// What was deleted comes back on any device and after any thief, and a damaged list gives way to the one before it.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { readZip } from "../../fixtures/zip.js";
import { ADA, App } from "../../pages/app.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };
const FILES = ["Choir", "Home", "Studio", "Work"].map((name) => ({ name, bytes: randomBytes(5_000) }));
const NAMES = FILES.map(({ name }) => name);

test("on another device by name, and after a thief who deletes everything", async ({ app, browser }) => {
  const code = await app.signUp();
  for (const file of FILES) await app.vault.store(file, file.name);
  for (const name of ["Home", "Work"]) await app.vault.delete(name);
  await app.vault.signOut();

  const device = await browser.newContext();
  const another = App.quick(await device.newPage(), app.origin);
  await another.signIn();
  expect(await another.vault.names()).toEqual(["Choir", "Studio"]);
  // The last first; both may have gone within one second.
  expect((await another.vault.openDeleted(2)).sort()).toEqual(["Home", "Work"]);
  await another.vault.bringBack("Home");
  await another.vault.restoreAll("3 of 3 personas restored and checked.");
  await another.vault.backToList();

  // Whoever knows the password deletes what is left.
  for (const name of ["Choir", "Home", "Studio"]) await another.vault.delete(name);
  await device.close();

  const rescue = await browser.newContext();
  const owner = App.quick(await rescue.newPage(), app.origin);
  await owner.open("/persona");
  await owner.persona.recover(AFTERWARDS, code);
  await owner.vault.expectOpen();
  expect(await owner.vault.names()).toEqual([]);
  expect((await owner.vault.openDeleted(4)).sort()).toEqual(NAMES);
  await owner.vault.bringAllBack(4);
  await owner.vault.restoreAll("4 of 4 personas restored and checked.");
  const entries = readZip((await owner.vault.saveAll()).bytes);
  for (const { name, bytes } of FILES) expect(entries.get(name)?.equals(bytes), name).toBe(true);
  await rescue.close();
});

test("a damaged list gives way to the one before it, and what that does not name stays listed", async ({ app, page }) => {
  await app.signUp();
  for (const file of FILES.slice(0, 2)) await app.vault.store(file, file.name);
  await app.vault.signOut();
  await page.route(/\/persona\/v1\/inventory$/, async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const response = await route.fetch();
    const body = Buffer.from(await response.body());
    if (response.headers()["etag"] === '"2"') body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
    return route.fulfill({ response, body });
  });
  await app.signIn();
  await expect(app.vault.state("The list of your personas is damaged.")).toBeVisible();
  await app.vault.press("Look for an earlier list");
  const found = app.vault.state("Of 1 that it names, 1 are listed as they were stored and 0 are missing. 1 that it does not name stay listed.");
  await expect(found).toBeVisible();
  await found.getByRole("button", { name: /^Put the list of .* back$/ }).click();
  await expect(page.getByText(/^The list of .* is back\.$/)).toBeVisible();
  await expect(app.vault.state("The list of your personas is damaged.")).toHaveCount(0);
  await expect(app.vault.card("Choir")).toBeVisible();
  await app.vault.store(FILES[3] ?? { name: "Work", bytes: randomBytes(9) }, "Work");
});
