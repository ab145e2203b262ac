import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { ADA, App } from "../../pages/app.js";

const CHANGED = { ...ADA, password: "quiet ladder mango seven" };
const FILE = { name: "work.persona", bytes: randomBytes(9_001) };

test("the new password signs in and opens; the old one does neither; the recovery code goes on to open", async ({ app, server }) => {
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, CHANGED.password);
  await app.settings.expectPasswordChanged();
  await app.settings.openCheckCode();
  await app.settings.checkCode(code);
  await expect(app.page.getByText("This code opens your backup.")).toBeVisible();

  await app.open("/persona");
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("This address and password do not belong together.");
  await app.signIn(CHANGED);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
  // The owner is told, in case it was somebody else.
  await server.mailbox.waitFor(ADA.address, /password/i);
});

test("a wrong present password changes nothing and keeps what was typed", async ({ app, page }) => {
  await app.signUp();
  await app.vault.openSettings();
  await app.settings.changePassword("not my password at all", CHANGED.password);
  await expect(app.persona.problem).toContainText("This is not the password.");
  await expect(page.getByLabel("New password", { exact: true })).toHaveValue(CHANGED.password);
  await app.signIn(ADA);
});

test("every other session ends, and this one goes on", async ({ app, browser }) => {
  await app.signUp();
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  await other.signIn(ADA);
  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, CHANGED.password);
  await app.settings.expectPasswordChanged();
  await app.settings.openSessions();
  await expect(app.page.getByText("This session", { exact: true })).toHaveCount(1);
  await expect(app.settings.otherSessions).toHaveCount(0);
  await app.settings.backToMenu();
  await app.settings.leave(CHANGED);
  await app.vault.store(FILE, "Work");

  await other.vault.pick(FILE);
  await other.vault.submit("Other");
  await expect(other.page.getByText("Your session has ended.")).toBeVisible();
  await context.close();
});
