import { expect, test } from "../../fixtures/test.js";
import { ADA } from "../../pages/app.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };
const OPENS = "This code opens your backup.";
const OTHER = "it belongs to a different backup";

test("a new code opens the backup from now on, and the old one opens nothing", async ({ app, page, server }) => {
  const old = await app.signUp();
  await app.vault.openSettings();
  await app.settings.makeNewCode();
  const code = await app.persona.shownCode();
  expect(code).not.toEqual(old);
  await app.persona.confirmCode(code);
  await app.settings.expectCodeChanged();
  await app.settings.openCheckCode();
  await app.settings.checkCode(old);
  await expect(page.getByText(OTHER)).toBeVisible();

  await app.askForLink(ADA.address);
  await app.resetAndSignIn(await server.mailbox.resetLink(ADA.address), AFTERWARDS);
  await app.persona.unlockByCode(old);
  await expect(page.getByText(OTHER)).toBeVisible();
  await app.persona.submitCode(code);
  await app.vault.expectOpen();
});

test("a new code that is not confirmed changes nothing", async ({ app, page }) => {
  const old = await app.signUp();
  await app.vault.openSettings();
  await app.settings.makeNewCode();
  await app.settings.keepOldCode();
  await app.settings.backToMenu();
  await app.settings.openCheckCode();
  await app.settings.checkCode(old);
  await expect(page.getByText(OPENS)).toBeVisible();

  await app.settings.backToMenu();
  await app.settings.makeNewCode();
  const unconfirmed = await app.persona.shownCode();
  await app.persona.openConfirm();
  await app.signIn();
  await app.vault.openSettings();
  await app.settings.openCheckCode();
  await app.settings.checkCode(unconfirmed);
  await expect(page.getByText(OTHER)).toBeVisible();
  await app.settings.checkCode(old);
  await expect(page.getByText(OPENS)).toBeVisible();
});

test("the code can be copied, and pasted where it is typed", async ({ app, page }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const code = await app.persona.shownCode();
  await page.getByRole("button", { name: "Copy the code" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await app.open("/kit");
  await page.getByLabel("Group 4", { exact: true }).focus();
  await page.keyboard.press("ControlOrMeta+v");
  for (const [index, group] of code.entries()) {
    await expect(page.getByLabel(`Group ${index + 1}`, { exact: true })).toHaveValue(group);
  }
});

test("the code is nowhere but on the page", async ({ app, page, context, server }) => {
  const code = await app.signUp();
  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const caches = await self.caches.keys();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, caches, document.cookie, location.href, history.state]);
  });
  for (const text of [code[4] ?? "", ADA.password, ADA.address]) expect(kept.toLowerCase()).not.toContain(text.toLowerCase());
  expect(await context.cookies()).toEqual([]);
  expect(await page.content()).not.toContain(code[4]);
  expect(server.log).not.toContain(code[4]);
  expect(server.log).not.toContain(ADA.address);
});
