// Mail programs open links before people do, run their script, and some send what forms they find.
import type { BrowserContext } from "@playwright/test";

import { Complaints } from "../../fixtures/complaints.js";
import { expect, test } from "../../fixtures/test.js";
import { Wire } from "../../fixtures/wire.js";
import { ADA, App } from "../../pages/app.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };

/** A scanner has a browser of its own, and stays until the timers of the page have run. */
async function scan(context: BrowserContext, link: string, act: (app: App) => Promise<void>): Promise<Wire> {
  const { origin } = new URL(link);
  const complaints = await Complaints.of(context);
  complaints.allowOrigin(origin);
  const wire = Wire.on(context);
  const page = await context.newPage();
  await page.clock.install();
  const app = App.quick(page, origin);
  await app.reset.follow(link, ADA.address);
  await page.clock.runFor("05:00");
  await act(app);
  await page.clock.runFor("05:00");
  await page.waitForLoadState("networkidle");
  await context.close();
  expect(complaints.all).toEqual([]);
  return wire;
}

async function expectCodeStillGood(app: App, link: string): Promise<void> {
  await app.resetAndSignIn(link, AFTERWARDS);
}

test("a scanner that opens the link and runs its script sends nothing and spends nothing", async ({ app, server, browser }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  const link = await server.mailbox.resetLink(ADA.address);
  const wire = await scan(await browser.newContext(), link, async () => {});
  expect(wire.all.length, "it loaded the page").toBeGreaterThan(2);
  expect(wire.writes).toEqual([]);
  const secret = new URL(link).hash.replace(/.*reset_code=/, "");
  expect(secret).toMatch(/^k[\w-]{43}$/);
  expect(wire.all.filter(({ path }) => path.includes(secret)), "the code went nowhere").toEqual([]);
  await expectCodeStillGood(app, link);
});

test("a scanner that submits every form as it is spends nothing", async ({ app, server, browser }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  const link = await server.mailbox.resetLink(ADA.address);
  const wire = await scan(await browser.newContext(), link, async (scanner) => {
    await scanner.reset.submit();
    await scanner.page.evaluate(() => {
      for (const form of document.forms) form.requestSubmit();
    });
    await expect(scanner.page.getByText("Choose a password.", { exact: true })).toBeVisible();
  });
  expect(wire.writes).toEqual([]);
  await expectCodeStillGood(app, link);
});

test("a scanner that posts the link's own parameters spends nothing", async ({ app, server, request }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  const link = await server.mailbox.resetLink(ADA.address);
  const parameters = Object.fromEntries(new URLSearchParams(new URL(link).hash.slice(1)));
  expect(Object.keys(parameters).sort()).toEqual(["email", "reset_code"]);
  const address = `${server.origin}/password/reset`;
  for (const options of [
    { form: parameters },
    { data: parameters },
    { form: { ...parameters, password: "" } },
    // What is no derived key cannot be the password of this account.
    { form: { ...parameters, password: "test" } },
  ]) {
    expect((await request.post(address, options)).status()).toBe(400);
  }
  await request.get(link);
  await request.head(link.replace("#", "?"));
  await request.get(link.replace("#", "?"));
  await expectCodeStillGood(app, link);
});

test("the link of an older mail, with its parameters in the query, leaves the address bar too", async ({ app, server }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  const link = (await server.mailbox.resetLink(ADA.address)).replace("#", "?");
  await app.resetAndSignIn(link.replace("reset_code=", "code="), AFTERWARDS);
});

test("a link that is opened in the tab that has the page already is read too", async ({ app, page, server }) => {
  await app.signUp();
  await app.askForLink(ADA.address);
  const link = await server.mailbox.resetLink(ADA.address);
  expect(new URL(link).pathname, "it differs from the page by its fragment only").toBe(new URL(page.url()).pathname);
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1, name: `Choose a new password for ${ADA.address}` })).toBeVisible();
  expect(page.url()).not.toContain("#");
  await app.reset.choosePassword(AFTERWARDS.password);
});
