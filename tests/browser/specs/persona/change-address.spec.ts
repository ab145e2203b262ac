// Another address: both have to confirm, and the same password and code open the backup at the new one.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

const MOVED = { ...ADA, address: "lovelace@example.org" };
const FILE = { name: "work.persona", bytes: randomBytes(9_001) };
const ONE_SIDE = "This side is confirmed.";

test("to the end, in either order of the letters, and signed in at the new one", async ({ app, page, server }) => {
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.openSettings();
  await app.settings.changeAddress(ADA.password, MOVED.address);
  await expect(page.getByText(`${ADA.address}: waits for a click in its letter`)).toBeVisible();
  await expect(page.getByText(`${MOVED.address}: waits for a click in its letter`)).toBeVisible();

  await app.letter.confirmChangeTo(await server.mailbox.letterLink(MOVED.address, "confirm"), ONE_SIDE);
  await app.signIn();
  await app.letter.confirmChangeFrom(await server.mailbox.letterLink(ADA.address, "confirm", 2), "Your account has its new address.");
  await app.open("/persona");
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("This address and password do not belong together.");
  await app.signIn(MOVED);
  await expect(page.getByText(`Signed in as ${MOVED.address}`)).toBeVisible();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  await app.vault.backToList();
  await app.vault.openSettings(MOVED);
  await app.settings.openCheckCode();
  await app.settings.checkCode(code);
  await expect(page.getByText("This code opens your backup.")).toBeVisible();
});

test("one that waits can be taken back, and its letters do nothing then", async ({ app, page, server }) => {
  await app.signUp();
  await app.vault.openSettings();
  await app.settings.changeAddress(ADA.password, MOVED.address);
  const link = await server.mailbox.letterLink(MOVED.address, "confirm");
  await page.getByRole("button", { name: "Keep my address" }).click();
  await expect(page.getByText("The change of address is taken back.")).toBeVisible();
  await app.letter.confirmChangeTo(link, "This link is not good any more.");
  await app.signIn();
});

test("a wrong password and the present address are told, and no letter is sent", async ({ app, page, server }) => {
  await app.signUp();
  await app.vault.openSettings();
  await app.settings.choose("Change the address");
  for (const [address, password, problem] of [
    [MOVED.address, "not my password at all", "This is not the password."],
    ["ADA@example.org", ADA.password, "This is the address that you have already."],
  ] as const) {
    await page.getByLabel("New e-mail address", { exact: true }).fill(address);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Send the two letters" }).click();
    await expect(app.persona.problem).toContainText(problem);
  }
  expect(await server.mailbox.mailsTo(MOVED.address)).toEqual([]);
});
