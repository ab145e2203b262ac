// Whose address is it? A sign-up that nobody confirmed belongs to nobody, and whoever reads the mail comes first.
import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { Wire } from "../../fixtures/wire.js";
import { ADA, App } from "../../pages/app.js";

const FILE = { name: "work.persona", bytes: randomBytes(9_001) };
const UNCONFIRMED = "Confirm your address.";

test("a sign-up is confirmed by a click in its letter, and the letter works once", async ({ app, page, server }) => {
  await app.signUpUnconfirmed();
  await expect(app.vault.state(UNCONFIRMED)).toContainText(ADA.address);
  await expect(app.vault.state(UNCONFIRMED), "until when").toContainText(/removed on \d+ \w+ \d{4}/);
  await app.vault.store(FILE, "Work");

  const link = await server.mailbox.letterLink(ADA.address, "confirm");
  await app.confirmSignUp(server.mailbox);
  await app.letter.open(link, "Confirm your address?");
  await page.getByRole("button", { name: "Yes, I made this account" }).click();
  await app.letter.expectTitle("This link is not good any more.");

  await app.signIn();
  await expect(app.vault.state(UNCONFIRMED)).toHaveCount(0);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
});

test("opening the letter confirms nothing, and another letter can be asked for", async ({ app, server, context }) => {
  await app.signUpUnconfirmed();
  const link = await server.mailbox.letterLink(ADA.address, "confirm");
  const wire = Wire.on(context);
  const tab = App.quick(await context.newPage(), app.origin);
  await tab.letter.open(link, "Confirm your address?");
  await tab.page.waitForLoadState("networkidle");
  expect(wire.all.length, "it loaded the page").toBeGreaterThan(2);
  expect(wire.writes).toEqual([]);
  await tab.page.close();
  await app.vault.press("I have confirmed it");
  await expect(app.vault.state(UNCONFIRMED)).toHaveCount(1);

  await app.vault.press("Send the letter again");
  await expect(app.page.getByText("The letter is on its way.")).toBeVisible();
  await app.letter.confirmSignUp(await server.mailbox.letterLink(ADA.address, "confirm", 2));
});

test("an account that nobody confirmed is gone after a week", async ({ app, server }) => {
  await app.signUpUnconfirmed();
  await server.letTimePass({ days: 8 });
  await app.open("/persona");
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("This address and password do not belong together.");
});

test("a squatter signed up first: the owner of the address gets a fresh account, and neither sees the other's", async ({ app, browser, server }) => {
  const squatter = { ...ADA, password: "squat on this address now" };
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  await other.signUpUnconfirmed(squatter);
  await other.vault.store(FILE, "Bait");

  await app.askForLink(ADA.address);
  await app.reset.follow(await server.mailbox.resetLink(ADA.address), ADA.address);
  await app.reset.choosePassword(ADA.password);
  await app.reset.goOnToSignIn();
  await app.persona.signIn(ADA);
  await app.persona.expectCodeShown();
  await app.persona.confirmCode(await app.persona.shownCode());
  await app.vault.expectOpen();
  await expect(app.vault.state(UNCONFIRMED), "the mail has confirmed it").toHaveCount(0);
  expect(await app.vault.names()).toEqual([]);
  await app.vault.store(FILE, "Work");

  await other.vault.pick(FILE);
  await other.vault.submit("More");
  await expect(other.page.getByText("Your session has ended.")).toBeVisible();
  await other.persona.signIn(squatter);
  await expect(other.persona.problem).toContainText("This address and password do not belong together.");
  await context.close();
  await app.signIn();
  expect(await app.vault.names()).toEqual(["Work"]);
});
