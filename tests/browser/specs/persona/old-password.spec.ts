// Two people hold something of one account: the last proven password comes back, and the recovery code decides.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { ADA, App } from "../../pages/app.js";
import { Quick } from "../../pages/hand.js";
import { typeCode } from "../../pages/recovery-code.js";

const THIEF = { ...ADA, password: "quiet ladder mango seven" };
const FILE = { name: "work.persona", bytes: randomBytes(9_001) };
const DISPUTED = "Your old password was put back. Somebody else knows another one.";
const WRONG = "This address and password do not belong together.";

async function expectSignInFails(app: App, account: typeof ADA): Promise<void> {
  await app.open("/persona");
  await app.persona.signIn(account);
  await expect(app.persona.problem).toContainText(WRONG);
}

test("after a reset by a mailbox thief: the old password is put back, reads everything, and the code decides", async ({ app, page, server }) => {
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.askForLink(ADA.address);
  await app.resetAndSignIn(await server.mailbox.resetLink(ADA.address), THIEF);

  await expectSignInFails(app, ADA);
  await expect(app.persona.problem, "the way back is named where it is needed").toContainText("If somebody else changed your password, you can put the old one back.");
  await app.persona.putPasswordBack(ADA);
  await app.vault.expectOpen();
  await expect(app.vault.state(DISPUTED), "until when").toContainText(/from \d+ \w+ \d{4} on/);
  await expect(page.getByRole("heading", { name: "Store a persona" })).toHaveCount(0);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
  await app.vault.backToList();
  await expectSignInFails(app, THIEF);

  await app.signIn();
  await app.vault.decide(code);
  await expect(app.vault.state(DISPUTED)).toHaveCount(0);
  await app.vault.store(FILE, "More");
  await app.signIn();
});

test("a password thief who undoes the owner's undo does not decide: the code does, and the thief's password is gone", async ({ app, server }) => {
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  // The thief knows the password, and sets another one.
  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, THIEF.password);
  await app.settings.expectPasswordChanged();

  await app.open("/persona");
  await app.persona.putPasswordBack(ADA);
  await app.vault.expectOpen();
  await app.open("/persona");
  await app.persona.putPasswordBack(THIEF);
  await app.vault.expectOpen();
  await expect(app.vault.state(DISPUTED)).toHaveCount(1);
  await app.open("/persona");
  await app.persona.putPasswordBack(ADA);
  await app.vault.expectOpen();
  await app.vault.decide(code);
  await expectSignInFails(app, THIEF);
  await app.open("/persona");
  await app.persona.putPasswordBack(THIEF);
  await expect(app.persona.problem).toContainText("This is not the last password that opened the backup of this address.");
  await app.signIn();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  await server.mailbox.letterLink(ADA.address, "freeze", 2);
});

test("another backup's code decides nothing, and time does", async ({ app, page, server, browser }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  await app.resetAndSignIn(await server.mailbox.resetLink(ADA.address), THIEF);
  await app.open("/persona");
  await app.persona.putPasswordBack(ADA);
  await app.vault.expectOpen();
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  const foreign = await other.signUpUnconfirmed({ ...ADA, address: "grace@example.org" });
  await context.close();
  await typeCode(page, new Quick(), foreign);
  await app.vault.press("Decide with my code");
  await expect(page.getByText("it belongs to a different backup")).toBeVisible();
  await expect(app.vault.state(DISPUTED)).toHaveCount(1);

  await server.letTimePass({ days: 15 });
  await app.signIn();
  await expect(app.vault.state(DISPUTED)).toHaveCount(0);
  await app.vault.store(FILE, "More");
});
