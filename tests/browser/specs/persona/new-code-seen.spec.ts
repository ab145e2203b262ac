// Somebody has seen the recovery code: a new code, a new key, and everything sealed again, also when the connection breaks.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { OBJECT } from "../../fixtures/wire.js";
import { readZip } from "../../fixtures/zip.js";
import { ADA, App } from "../../pages/app.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };
const FILES = Array.from({ length: 5 }, (_, index) => ({ name: `Persona ${index + 1}`, bytes: randomBytes(3_000 + 1_000 * index) }));
const OTHER = "it belongs to a different backup";
const CUT = /ERR_FAILED|ERR_CONNECTION_FAILED|ERR_CONNECTION_RESET/;

test("the old code opens nothing, the new one opens 5 of 5 in a fresh browser, and what was broken off goes on", async ({ app, page, browser, server, complaints }) => {
  const old = await app.signUp();
  for (const file of FILES) await app.vault.store(file, file.name);
  await app.vault.openSettings();
  await app.settings.makeNewCodeAndKey(old, ADA.password);
  const code = await app.persona.shownCode();
  expect(code).not.toEqual(old);

  await app.persona.confirmCode(code);
  await app.settings.expectCodeAndKeyChanged();

  // The connection breaks at the third persona that is to be sealed again.
  let stored = 0;
  await page.route(OBJECT, async (route) => {
    if (route.request().method() !== "PUT" || ++stored <= 2) return await route.continue();
    await route.abort("connectionfailed");
  });
  await app.settings.goOnToSealAgain();
  await app.vault.expectSealedAgain(2, FILES.length);
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  await page.unroute(OBJECT);
  complaints.expect(CUT);

  // In a fresh browser nothing is lost meanwhile, and the page says how far it is.
  const context = await browser.newContext();
  const fresh = App.quick(await context.newPage(), app.origin);
  await fresh.signIn();
  await fresh.vault.expectSealedAgain(2, FILES.length);
  await fresh.vault.restoreAll("5 of 5 personas restored and checked.");
  await fresh.vault.backToList();
  await fresh.vault.sealAgain();
  await fresh.vault.expectSealedAgain(FILES.length, FILES.length);
  await fresh.vault.openSettings();
  await fresh.settings.openCheckCode();
  await fresh.settings.checkCode(old);
  await expect(fresh.page.getByText(OTHER)).toBeVisible();
  await context.close();
  await server.mailbox.letterLink(ADA.address, "freeze");

  // Without the password: the old code is nobody's, the new one brings everything back byte for byte.
  const last = await browser.newContext();
  const by = App.quick(await last.newPage(), app.origin);
  await by.open("/persona");
  await by.persona.recover(AFTERWARDS, old);
  await expect(by.page.getByText("it is not the code of an account of this address")).toBeVisible();
  await by.persona.submitRecovery(AFTERWARDS, code);
  await by.vault.expectOpen();
  await by.vault.restoreAll("5 of 5 personas restored and checked.");
  const entries = readZip((await by.vault.saveAll()).bytes);
  for (const { name, bytes } of FILES) expect(entries.get(name)?.equals(bytes), name).toBe(true);
  await last.close();
});
