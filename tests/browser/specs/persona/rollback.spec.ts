// A server that goes back in time as a whole is noticed by a device that remembers better.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { Client, Wire } from "../../fixtures/wire.js";
import { App } from "../../pages/app.js";

const WARNING = "The server does not show what this device has seen last.";

test("a server that rolls everything back is noticed by a device that has seen more", async ({ app, context, browser, page }) => {
  const wire = Wire.on(context);
  await app.signUp();
  await app.vault.store({ name: "a", bytes: randomBytes(6_000) }, "First");
  const earlier = await new Client(app.origin, wire.authorization).everything();
  await app.vault.store({ name: "b", bytes: randomBytes(6_000) }, "Second");
  await app.vault.signOut();

  await app.signIn();
  await expect(page.getByText(WARNING)).toBeHidden();
  await app.vault.signOut();

  const rollBack = async (tab: typeof page): Promise<void> => {
    await tab.route(/\/persona\/v1\/objects$/, (route) => route.fulfill({ json: earlier.list }));
    await tab.route(/\/persona\/v1\/inventory$/, (route) =>
      route.fulfill({ body: earlier.inventory.bytes, headers: { etag: earlier.inventory.etag ?? "" } }),
    );
  };
  await rollBack(page);
  await app.signIn();
  await expect(page.getByText(WARNING)).toBeVisible();

  // What the device keeps for this is no secret, and no address.
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, session: { ...sessionStorage } }));
  expect(kept).not.toContain("ada");
  expect(kept.length).toBeLessThan(300);

  // The docs promise this much and no more: a device that has seen nothing cannot tell.
  const fresh = await browser.newContext();
  const tab = await fresh.newPage();
  await rollBack(tab);
  await App.quick(tab, app.origin).signIn();
  await expect(tab.getByText(WARNING)).toBeHidden();
  await fresh.close();
});
