// Address and recovery code, and no mail: a new password, and everything back, on a browser that knows nothing.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { Wire } from "../../fixtures/wire.js";
import { readZip } from "../../fixtures/zip.js";
import { ADA, App } from "../../pages/app.js";
import { withTypo } from "../../pages/recovery-code.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };
const FILES = Array.from({ length: 12 }, (_, index) => ({ name: `Persona ${String(index + 1).padStart(2, "0")}`, bytes: randomBytes(3_000 + 1_000 * index) }));

test("from the first page to 12 of 12, in a fresh browser", async ({ app, browser, server }) => {
  const code = await app.signUp();
  for (const file of FILES) await app.vault.store(file, file.name);
  await app.vault.signOut();

  const context = await browser.newContext();
  const wire = Wire.on(context);
  const fresh = App.quick(await context.newPage(), app.origin);
  await fresh.open("/");
  await fresh.page.getByRole("link", { name: /^A recovery code/ }).click();
  await fresh.persona.submitRecovery(AFTERWARDS, code);
  await fresh.vault.expectOpen();
  await fresh.vault.restoreAll("12 of 12 personas restored and checked.");
  // Twelve downloads of one page are more than the browser hands out: all of them are one.
  const entries = readZip((await fresh.vault.saveAll()).bytes);
  expect([...entries.keys()].sort()).toEqual(FILES.map(({ name }) => name));
  for (const { name, bytes } of FILES) expect(entries.get(name)?.equals(bytes), name).toBe(true);
  expect(wire.all.filter(({ path }) => path.startsWith("/password/")), "no mail was asked for").toEqual([]);
  // The code itself was sent nowhere; a third of it would be too much already.
  const parts = code.slice(2).map((_, index) => code.slice(index, index + 3).join("").toLowerCase());
  for (const { body, path } of wire.all) {
    for (const part of parts) expect(`${path} ${body}`.toLowerCase()).not.toContain(part);
  }
  await context.close();

  await app.open("/persona");
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("This address and password do not belong together.");
  await app.signIn(AFTERWARDS);
  // The owner is told, in case it was somebody else.
  await server.mailbox.letterLink(ADA.address, "freeze");
});

test("a typo is pointed at, another backup's code is named, and nothing is changed by either", async ({ app, browser, page }) => {
  const code = await app.signUp();
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  const foreign = await other.signUpUnconfirmed({ ...ADA, address: "grace@example.org" });
  await context.close();

  await app.open("/persona");
  await app.persona.recover(AFTERWARDS, withTypo(code, 5));
  await expect(page.getByText(/One character looks wrong, in group 5\. Did you mean/)).toBeVisible();
  await app.persona.submitRecovery(AFTERWARDS, foreign);
  await expect(page.getByText("it is not the code of an account of this address")).toBeVisible();
  await app.persona.submitRecovery({ ...AFTERWARDS, address: "nobody@example.org" }, code);
  await expect(page.getByText("it is not the code of an account of this address")).toBeVisible();
  await app.signIn();
  await app.open("/persona");
  await app.persona.recover(AFTERWARDS, code);
  await app.vault.expectOpen();
});
