// A sign-up that is interrupted goes on where it was, and a code that was never confirmed opens nothing.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { ADA, App } from "../../pages/app.js";

const FILE = { name: "work.persona", bytes: randomBytes(6_000) };

test("reloading while the code is shown: signing in again goes on with a new code", async ({ app, page }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const lost = await app.persona.shownCode();
  await page.reload();

  await app.persona.signIn(ADA);
  await app.persona.expectCodeShown();
  await expect(page.getByText("Your sign-up was interrupted.")).toBeVisible();
  const code = await app.persona.shownCode();
  expect(code).not.toEqual(lost);
  await app.persona.confirmCode(code);
  await app.vault.expectOpen();
  await app.vault.store(FILE, "Work");

  // The code that counts is the confirmed one.
  await app.vault.openSettings();
  await app.settings.openCheckCode();
  await app.settings.checkCode(lost);
  await expect(page.getByText("it belongs to a different backup")).toBeVisible();
  await app.settings.checkCode(code);
  await expect(page.getByText("This code opens your backup.")).toBeVisible();
});

test("leaving while two groups are asked for, three times over", async ({ app, page }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const codes: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    codes.push((await app.persona.shownCode()).join(" "));
    await app.persona.openConfirm();
    await page.reload();
    await app.persona.signIn(ADA);
    await app.persona.expectCodeShown();
  }
  await app.persona.confirmCode(await app.persona.shownCode());
  await app.vault.expectOpen();
  expect(new Set(codes).size, "each was another one").toBe(3);
});

test("finished on another device first: the page says that the code shown here opens nothing", async ({ app, page, browser }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const late = await app.persona.shownCode();
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  await other.open("/persona");
  await other.persona.signIn(ADA);
  await other.persona.expectCodeShown();
  const code = await other.persona.shownCode();
  await other.persona.confirmCode(code);
  await other.vault.expectOpen();
  await other.vault.store(FILE, "Work");
  await context.close();

  await app.persona.confirmCode(late);
  await expect(app.persona.problem).toContainText("This sign-up was finished on another device first.");
  await expect(app.persona.problem).toContainText("The code that was shown here opens nothing: throw it away.");
  await expect(app.persona.heading("Sign in")).toBeVisible();
  await app.signIn(ADA);
  await app.vault.openSettings();
  await app.settings.openCheckCode();
  await app.settings.checkCode(late);
  await expect(page.getByText("it belongs to a different backup")).toBeVisible();
  await app.settings.checkCode(code);
  await expect(page.getByText("This code opens your backup.")).toBeVisible();
});

test("a link by mail in the middle of a sign-up", async ({ app, server }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  await app.askForLink(ADA.address);
  const afterwards = { ...ADA, password: "quiet ladder mango seven" };
  await app.reset.follow(await server.mailbox.resetLink(ADA.address), ADA.address);
  await app.reset.choosePassword(afterwards.password);
  await app.reset.goOnToSignIn();
  await app.persona.signIn(afterwards);
  await app.persona.expectCodeShown();
  const code = await app.persona.shownCode();
  await app.persona.confirmCode(code);
  await app.vault.expectOpen();
  await app.vault.store(FILE, "Work");
});

test("wrong groups are named one by one, and the code can be looked at again", async ({ app, page }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const code = await app.persona.shownCode();
  const groups = await app.persona.openConfirm();
  const [first, second] = groups;
  const field = (group: number) => page.getByLabel(`Group ${group}`, { exact: true });
  const wrong = "This is not what the code has in this group. Look at what you saved.";

  await app.persona.submitGroups(groups, []);
  await expect(page.getByText(wrong)).toHaveCount(2);

  await app.persona.submitGroups(groups, code.map((text, index) => (index === first - 1 ? "zzzz" : text)));
  await expect(page.getByText(wrong)).toHaveCount(1);
  await expect(field(first)).toHaveAttribute("aria-invalid", "true");
  await expect(field(second)).toHaveAttribute("aria-invalid", "false");
  await expect(field(first)).toHaveAccessibleDescription(new RegExp(wrong));

  // The two groups in each other's place.
  await field(first).fill(code[second - 1] ?? "");
  await field(second).fill(code[first - 1] ?? "");
  await page.getByRole("button", { name: "Confirm my code" }).click();
  await expect(page.getByText(wrong)).toHaveCount(2);

  await page.getByRole("button", { name: "Show the code again" }).click();
  expect(await app.persona.shownCode(), "it is the same code").toEqual(code);
  await app.persona.confirmCode(code.map((text) => ` ${text.toUpperCase()}-`));
  await app.vault.expectOpen();
});

test("an address that is taken: the account there is untouched, and the way on is named", async ({ app, browser, complaints }) => {
  await app.signUp();
  await app.vault.store(FILE, "Work");
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  await other.open("/persona");
  await other.persona.openSignUp();
  // Case and spaces do not make another address.
  const taken = { address: "  ADA@Example.ORG ", password: "someone else entirely here" };
  await other.persona.submitSignUp(taken);
  await expect(other.persona.problem).toContainText("There is an account for this address already.");
  await expect(other.persona.problem).toContainText("Nothing was changed.");
  await expect(other.persona.problem).toContainText("Sign in. If you forgot the password, get a link by e-mail.");
  await expect(other.page.getByLabel("New password", { exact: true }), "what was typed is still there").toHaveValue(taken.password);
  await context.close();
  await app.signIn(ADA);
  await expect(app.vault.card("Work")).toBeVisible();
  expect(complaints.all).toEqual([]);
});
