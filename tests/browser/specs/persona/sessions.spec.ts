import { randomBytes } from "node:crypto";

import { expect, test } from "../../fixtures/test.js";
import { Client, Wire } from "../../fixtures/wire.js";
import { ADA, App } from "../../pages/app.js";

const FILE = { name: "work.persona", bytes: randomBytes(6_000) };

test("sessions are listed, and another one can be ended from here", async ({ app, browser, page }) => {
  await app.signUp();
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  await other.signIn(ADA);

  await app.vault.openSettings();
  await app.settings.openSessions();
  await expect(page.getByText("This session", { exact: true })).toHaveCount(1);
  await expect(app.settings.otherSessions).toHaveCount(1);
  await app.settings.endOtherSession();
  await expect(app.settings.otherSessions).toHaveCount(0);
  await expect(page.getByText("This session", { exact: true })).toHaveCount(1);

  await other.vault.pick(FILE);
  await other.vault.submit("Other");
  await expect(other.page.getByText("Your session has ended.")).toBeVisible();
  await other.signIn(ADA);
  await context.close();
});

test("signing out everywhere ends this session too, at the server", async ({ app, browser }) => {
  const wire = Wire.on(app.page.context());
  await app.signUp();
  const context = await browser.newContext();
  const other = App.quick(await context.newPage(), app.origin);
  await other.signIn(ADA);
  await app.vault.openSettings();
  await app.settings.openSessions();
  await app.settings.signOutEverywhere();
  await expect(app.persona.heading("Sign in")).toBeVisible();
  expect((await new Client(app.origin, wire.authorization).send("GET", "/persona/v1/account")).status).toBe(401);
  await other.vault.pick(FILE);
  await other.vault.submit("Other");
  await expect(other.page.getByText("Your session has ended.")).toBeVisible();
  await context.close();
});

test("signing out ends the session at the server, and nothing of it is left on the page", async ({ app, page }) => {
  const wire = Wire.on(page.context());
  await app.signUp();
  await app.vault.store(FILE, "Work");
  const client = new Client(app.origin, wire.authorization);
  expect((await client.send("GET", "/persona/v1/account")).status).toBe(200);
  await app.vault.signOut();
  await expect.poll(async () => (await client.send("GET", "/persona/v1/account")).status).toBe(401);
  await page.goBack();
  await expect(page.getByText("Work", { exact: true })).toHaveCount(0);
});

test("a session ends after 15 idle minutes, and signing in again goes on", async ({ app, server, page }) => {
  await app.signUp();
  await server.letTimePass({ minutes: 16 });
  await app.vault.pick(FILE);
  await app.vault.submit("Work");
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  await app.signIn();
});
