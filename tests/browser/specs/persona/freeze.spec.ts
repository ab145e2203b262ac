// "This was not me": whoever reads the mail stops everything, and whoever can open the backup goes on.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { Client, Wire } from "../../fixtures/wire.js";
import { ADA, App } from "../../pages/app.js";

const THIEF = { ...ADA, password: "quiet ladder mango seven" };
const FILE = { name: "work.persona", bytes: randomBytes(9_001) };
const FROZEN = "This account is frozen.";

/** A password thief changes the password; the owner freezes from the notice. Returns the recovery code. */
async function freeze(app: App, link: () => Promise<string>): Promise<{ code: string[]; link: string }> {
  const code = await app.signUp();
  await app.vault.store(FILE, "Work");
  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, THIEF.password);
  await app.settings.expectPasswordChanged();
  const freezing = await link();
  await app.letter.freeze(freezing);
  return { code, link: freezing };
}

test("a frozen account shows everything, changes nothing, and is lifted by a click of somebody who opened it", async ({ app, page, server }) => {
  const { link } = await freeze(app, () => server.mailbox.letterLink(ADA.address, "freeze"));
  await app.signIn(THIEF);
  await expect(app.vault.state(FROZEN)).toContainText("Nothing can be changed");
  await expect(page.getByRole("heading", { name: "Store a persona" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete Work" })).toHaveCount(0);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
  await app.vault.backToList();

  await app.vault.openSettings(THIEF);
  await expect(page.getByText("Nothing here can be changed now.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Change the password/ })).toHaveCount(0);
  await app.settings.leave(THIEF);

  await app.vault.press("Lift the freeze");
  await expect(page.getByText("The freeze is lifted.", { exact: true })).toBeVisible();
  await expect(app.vault.state(FROZEN)).toHaveCount(0);
  await app.vault.store(FILE, "More");

  await app.letter.open(link, "Freeze your account?");
  await page.getByRole("button", { name: "This was not me: freeze it" }).click();
  await app.letter.expectTitle("This link is not good any more.");
});

test("opening the link freezes nothing", async ({ app, server, context }) => {
  const code = await app.signUp();
  expect(code).toHaveLength(9);
  await app.vault.openSettings();
  await app.settings.changePassword(ADA.password, THIEF.password);
  await app.settings.expectPasswordChanged();
  const link = await server.mailbox.letterLink(ADA.address, "freeze");
  const wire = Wire.on(context);
  await app.letter.open(link, "Freeze your account?");
  await app.page.waitForLoadState("networkidle");
  expect(wire.writes).toEqual([]);
  await app.signIn(THIEF);
  await expect(app.vault.state(FROZEN)).toHaveCount(0);
});

test("while it is frozen no new password can be set by mail, and the session that was there is over", async ({ app, browser, server }) => {
  const context = await browser.newContext();
  const wire = Wire.on(context);
  const other = App.quick(await context.newPage(), app.origin);
  await freeze(app, async () => {
    await other.signIn(THIEF);
    return server.mailbox.letterLink(ADA.address, "freeze");
  });
  expect((await new Client(app.origin, wire.authorization).send("GET", "/persona/v1/account")).status).toBe(401);
  await context.close();
  const before = (await server.mailbox.mailsTo(ADA.address)).length;
  await app.askForLink(ADA.address);
  await expect.poll(async () => (await server.mailbox.mailsTo(ADA.address)).length).toBeGreaterThan(before);
  const letters = (await server.mailbox.mailsTo(ADA.address)).slice(before);
  for (const letter of letters) expect(letter.text).not.toMatch(/reset\.html#/);
});

test("the owner gets past the thief's password with the recovery code, which ends the freeze", async ({ app, server }) => {
  const { code } = await freeze(app, () => server.mailbox.letterLink(ADA.address, "freeze"));
  const again = { ...ADA, password: "five lanterns by the harbour" };
  await app.open("/persona");
  await app.persona.recover(again, code);
  await app.vault.expectOpen();
  await expect(app.vault.state(FROZEN)).toHaveCount(0);
  await app.vault.store(FILE, "More");
  await app.open("/persona");
  await app.persona.signIn(THIEF);
  await expect(app.persona.problem).toContainText("This address and password do not belong together.");
});
