import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { Client, Wire } from "../../fixtures/wire.js";
import { App } from "../../pages/app.js";
import { Keys } from "../../pages/hand.js";

const WORK = { name: "work.persona", bytes: randomBytes(70_001) };
const HOME = { name: "home.persona", bytes: randomBytes(9_001) };

test("what was deleted comes back byte for byte, and is counted again", async ({ app }) => {
  await app.signUp();
  await app.vault.store(WORK, "Work");
  await app.vault.store(HOME, "Home");
  await app.vault.delete("Work");
  expect(await app.vault.names()).toEqual(["Home"]);
  await app.vault.undoDelete("Work");
  expect((await app.vault.names()).sort()).toEqual(["Home", "Work"]);
  await app.vault.restoreAll("2 of 2 personas restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(WORK.bytes)).toBe(true);
});

test("what was deleted is not missed by a restore", async ({ app }) => {
  await app.signUp();
  await app.vault.store(WORK, "Work");
  await app.vault.store(HOME, "Home");
  await app.vault.delete("Work");
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  await app.vault.backToList();
  await app.vault.signOut();
  await app.signIn();
  expect(await app.vault.names()).toEqual(["Home"]);
});

test("the question names what goes, and taking it back changes nothing", async ({ app, context, page }) => {
  const wire = Wire.on(context);
  await app.signUp();
  await app.vault.store(WORK, "Work");
  const before = await new Client(app.origin, wire.authorization).everything();
  for (const refuse of [
    async (): Promise<void> => page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click(),
    async (): Promise<void> => page.keyboard.press("Escape"),
  ]) {
    const dialog = await app.vault.askToDelete("Work");
    await expect(dialog).toContainText("You can bring it back for 30 days");
    await refuse();
    await expect(dialog).toBeHidden();
  }
  await expect(app.vault.card("Work")).toBeVisible();
  expect(await new Client(app.origin, wire.authorization).everything()).toEqual(before);
});

test("the same with keys alone: the focus stays in the question, and is somewhere sensible afterwards", async ({ page, server }) => {
  const quick = App.quick(page, server.origin, server.mailbox);
  await quick.signUp();
  await quick.vault.store(WORK, "Work");
  const app = new App(page, server.origin, new Keys(page));
  const dialog = await app.vault.askToDelete("Work");
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement !== document.body && activeElement?.closest("dialog") === null;
    });
    expect(outside, "the focus is in the question").toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Delete Work" }), "back to where it was asked").toBeFocused();
  await app.vault.delete("Work");
  await app.vault.undoDelete("Work");
});
