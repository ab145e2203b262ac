// The end of an account: 30 days to think about it, or at once with the recovery code.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

const FILE = { name: "work.persona", bytes: randomBytes(9_001) };
const DELETED = "This account is being deleted.";
const WRONG = "This address and password do not belong together.";

test("a deleted account can be restored from, and taken back", async ({ app, page }) => {
  await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.openSettings();
  await app.settings.deleteAccount(ADA.password);
  await expect(page.getByText(/Your account is removed on \d+ \w+ \d{4}\./)).toBeVisible();

  await app.signIn();
  await expect(app.vault.state(DELETED)).toContainText(/removed on \d+ \w+ \d{4}/);
  await expect(page.getByRole("heading", { name: "Store a persona" })).toHaveCount(0);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
  await app.vault.backToList();
  await app.vault.press("Take the deletion back");
  await expect(page.getByText("The deletion is taken back. Everything stays.")).toBeVisible();
  await app.vault.store(FILE, "More");
});

test("after 30 days it is gone", async ({ app, server }) => {
  await app.signUp();
  await app.vault.openSettings();
  await app.settings.deleteAccount(ADA.password);
  await expect(app.page.getByText(/Your account is removed on/)).toBeVisible();
  await server.letTimePass({ days: 31 });
  await app.open("/persona");
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText(WRONG);
});

test("with the recovery code it is gone at once; a wrong password or another code removes nothing", async ({ app, page }) => {
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.openSettings();
  await app.settings.deleteAccount("not my password at all");
  await expect(app.persona.problem).toContainText("This is not the password.");
  await app.settings.backToMenu();
  await app.settings.deleteAccount(ADA.password, code.map((group, index) => (index === 4 ? "zzzz" : group)));
  await expect(page.getByLabel("Group 1", { exact: true }), "the code is what is wrong").toBeVisible();
  await app.settings.backToMenu();
  await app.settings.deleteAccount(ADA.password, code);
  await expect(page.getByText("Your account and everything in it are removed.")).toBeVisible();
  await app.open("/persona");
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText(WRONG);
});
