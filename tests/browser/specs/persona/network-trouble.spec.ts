// The network fails at the worst moment: what was typed is still there, what is stored is whole, and it can be tried again.
import { randomBytes } from "node:crypto";

import type { Page, Route } from "@playwright/test";

import { expect, test } from "../../fixtures/test.js";
import { Client, OBJECT, Wire } from "../../fixtures/wire.js";
import { ADA } from "../../pages/app.js";
import { settled } from "../../pages/settled.js";

const FILE = { name: "work.persona", bytes: randomBytes(70_001) };
const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION_FAILED|ERR_CONNECTION_RESET/;

/** Cuts the connection for requests to these paths. */
async function cut(page: Page, path: RegExp): Promise<() => Promise<void>> {
  await page.route(path, (route) => route.abort("connectionfailed"));
  return () => page.unroute(path);
}

test("offline while signing in", async ({ app, page, context, complaints }) => {
  await app.signUp();
  await app.open("/persona");
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  await expect(app.persona.problem).toContainText("What is stored is still there.");
  await expect(app.persona.problem).toContainText("Check your connection and try again.");
  await expect(page.getByLabel("E-mail address")).toHaveValue(ADA.address);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(ADA.password);
  await context.setOffline(false);
  await app.persona.submitSignIn();
  await app.vault.expectOpen();
  complaints.expect(OFFLINE);
});

test("offline while the account is made: the sign-up goes on afterwards", async ({ app, page, complaints }) => {
  await app.open("/persona");
  await app.persona.openSignUp();
  const restore = await cut(page, /\/persona\/v1\/accounts$/);
  await app.persona.submitSignUp(ADA);
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  await expect(page.getByLabel("New password again", { exact: true })).toHaveValue(ADA.password);
  await restore();
  await page.getByRole("button", { name: "Create my account" }).click();
  await app.persona.expectCodeShown();
  complaints.expect(OFFLINE);
});

test("the code is confirmed and the answer is lost: trying again goes on with the same code", async ({ app, page, complaints }) => {
  await app.open("/persona");
  await app.persona.createAccount(ADA);
  const code = await app.persona.shownCode();
  const keys = /\/persona\/v1\/keys$/;
  await page.route(keys, async (route) => {
    // It arrives at the server; the answer does not arrive here.
    await route.fetch();
    await route.abort("connectionreset");
  });
  const groups = await app.persona.openConfirm();
  await app.persona.submitGroups(groups, code);
  await expect(app.persona.problem).toBeVisible();
  await page.unroute(keys);
  await app.persona.submitGroups(groups, code);
  await app.vault.expectOpen();
  await app.vault.openSettings();
  await app.settings.openCheckCode();
  await app.settings.checkCode(code);
  await expect(page.getByText("This code opens your backup.")).toBeVisible();
  complaints.expect(OFFLINE);
});

test("offline while storing: nothing half stored, and storing again works", async ({ app, page, context, complaints }) => {
  const wire = Wire.on(context);
  await app.signUp();
  const before = await new Client(app.origin, wire.authorization).everything();
  const restore = await cut(page, OBJECT);
  await app.vault.pick(FILE);
  await app.vault.submit("Work");
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  expect(await new Client(app.origin, wire.authorization).everything()).toEqual(before);
  await restore();
  // What was picked is still there, under the name that was typed.
  await expect(app.vault.nameField).toHaveValue("Work");
  await page.getByRole("button", { name: "Encrypt and store" }).click();
  await app.vault.expectStored("Work");
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
  complaints.expect(OFFLINE);
});

test("the answer to a store is lost: the page looks what is there, and says so", async ({ app, page, complaints }) => {
  await app.signUp();
  await page.route(OBJECT, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await app.vault.pick(FILE);
  await app.vault.submit("Work");
  await app.vault.expectStored("Work");
  await page.unroute(OBJECT);
  await app.signIn();
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
  complaints.expect(OFFLINE);
});

test("offline in the middle of a restore: what came is named, what did not is named with the reason", async ({ app, page, complaints }) => {
  await app.signUp();
  for (const name of ["One", "Two", "Three"]) await app.vault.store(FILE, name);
  let answered = 0;
  await page.route(OBJECT, async (route) => {
    answered += 1;
    await (answered === 1 ? route.continue() : route.abort("connectionfailed"));
  });
  await app.vault.restoreAll("1 of 3 personas restored and checked.");
  await expect(page.getByText("Something did not come back.")).toBeVisible();
  await expect(page.getByText(/Not fetched; it may be whole\. The server could not be reached\./)).toHaveCount(2);
  await page.unroute(OBJECT);
  await app.vault.backToList();
  await app.vault.restoreAll("3 of 3 personas restored and checked.");
  complaints.expect(OFFLINE);
});

test("offline while asking for a link and while setting the password: the link is still good", async ({ app, page, server, context, complaints }) => {
  await app.signUp();
  await app.open("/password/reset.html");
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await page.getByLabel("E-mail address").fill(ADA.address);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  await expect(page.getByLabel("E-mail address")).toHaveValue(ADA.address);
  await context.setOffline(false);
  await page.getByRole("button", { name: "Send the link" }).click();
  const link = await server.mailbox.resetLink(ADA.address);
  await app.reset.follow(link, ADA.address);
  await context.setOffline(true);
  await app.reset.submitPassword("quiet ladder mango seven");
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  await context.setOffline(false);
  await app.reset.submit();
  await expect(page.getByRole("heading", { level: 1, name: "Your new password is set." })).toBeVisible();
  complaints.expect(OFFLINE);
});

test("a page that could not read its settings says so, and goes on once it is loaded again", async ({ app, page, complaints }) => {
  await app.signUp();
  const restore = await cut(page, /\/config\.json$/);
  await app.open("/persona");
  await expect(app.persona.problem).toContainText("The server could not be reached.");
  await restore();
  await app.signIn();
  complaints.expect(OFFLINE);
});

test("a busy server says when to come back, and the page passes it on", async ({ app, page, complaints }) => {
  await app.signUp();
  await app.open("/persona");
  const sessions = /\/persona\/v1\/sessions$/;
  const answer = (seconds: string) => (route: Route): Promise<void> => {
    const failure = { code: [5, 3], message: "Busy, try again", error: "busy", request_id: "req-1" };
    return route.fulfill({ status: 503, headers: { "retry-after": seconds }, json: { failure } });
  };
  await page.route(sessions, answer("7"));
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("The server has more to do than it can take on.");
  await expect(app.persona.problem).toContainText("Nothing was changed.");
  await expect(app.persona.problem).toContainText("Try again in 7 seconds.");
  await page.unroute(sessions);
  await page.route(sessions, answer("180"));
  await app.persona.submitSignIn();
  await expect(app.persona.problem).toContainText("Try again in 3 minutes.");
  await page.unroute(sessions);
  await app.persona.submitSignIn();
  await app.vault.expectOpen();
  complaints.expect(/status of 503/);
});

test("an answer that is no answer of ours is not used, and is said so in words", async ({ app, page, complaints }) => {
  await app.signUp();
  const sessions = /\/persona\/v1\/sessions$/;
  const answers: Parameters<Route["fulfill"]>[0][] = [
    { status: 200, contentType: "text/html", body: "<h1>Sign in to the hotel network</h1>" },
    { status: 200, json: {} },
    { status: 200, json: { token: "short" } },
    { status: 200, body: "" },
    { status: 502, contentType: "text/html", body: "<script>alert(1)</script>" },
    { status: 204, body: "" },
    { status: 200, body: Buffer.alloc(300_000, 0x20) },
  ];
  await app.open("/persona");
  for (const answer of answers) {
    await page.route(sessions, (route) => route.fulfill(answer));
    await app.persona.signIn(ADA);
    await settled(page);
    await expect(app.persona.problem, JSON.stringify(answer).slice(0, 80)).toBeVisible();
    await expect(app.persona.problem).not.toContainText(/undefined|null|Error\(|\{|hotel|script/);
    await expect(app.persona.problem.getByRole("paragraph"), "what, what is safe, what next").toHaveCount(3);
    await page.unroute(sessions);
  }
  await app.persona.submitSignIn();
  await app.vault.expectOpen();
  complaints.expect(/status of 502/);
});

test("a server that asks for a weak derivation gets nothing made from the password", async ({ app, page, context }) => {
  await app.signUp();
  await app.open("/persona");
  const wire = Wire.on(context);
  await page.route(/\/persona\/v1\/kdf/, async (route) => {
    const answer = await route.fetch();
    const { derivations } = (await answer.json()) as { derivations: object[] };
    const kdf = { memory_kib: 8, passes: 1, lanes: 1 };
    await route.fulfill({ json: { derivations: derivations.map((derivation) => ({ ...derivation, kdf })) } });
  });
  await app.persona.signIn(ADA);
  await expect(app.persona.problem).toContainText("The server asked this page to protect your password badly, so it stopped.");
  await expect(app.persona.problem).toContainText("Nothing made from your password was sent.");
  expect(wire.writes.filter(({ path }) => path.endsWith("/sessions"))).toEqual([]);
});

test("what is typed before the page knows its server is still there afterwards", async ({ app, page }) => {
  const held = new Promise<Route>((resolve) => void page.route(/\/config\.json$/, resolve));
  await app.open("/password/reset.html");
  const route = await held;
  const address = page.getByLabel("E-mail address");
  await address.fill(ADA.address);
  await route.continue();
  // It is sent as it stands, once the server is known.
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Look into your mailbox." })).toBeVisible();
});

test("a time limit that the browser runs although it was taken back does nothing", async ({ app, page }) => {
  // As long as a request may take without an answer.
  const LIMIT_MS = 180_000;
  await page.addInitScript((limit) => {
    const set = window.setTimeout.bind(window);
    const late = window as unknown as { ran: number };
    late.ran = 0;
    window.setTimeout = ((act: () => void, delay: number) =>
      set(() => {
        if (delay === limit) late.ran += 1;
        act();
      }, delay === limit ? 1_500 : delay)) as typeof window.setTimeout;
    window.clearTimeout = () => undefined;
  }, LIMIT_MS);
  await app.open("/password/reset.html");
  await app.reset.askForLink(ADA.address);
  await expect.poll(() => page.evaluate(() => (window as unknown as { ran: number }).ran), "the limit of each request ran").toBeGreaterThan(0);
  await expect(page.getByRole("heading", { level: 1, name: "Look into your mailbox." })).toBeVisible();
});

test("what is sent may take as long as a slow line needs for it", async ({ app, page }) => {
  const bytes = 1_000_000;
  await page.addInitScript(() => {
    const set = window.setTimeout.bind(window);
    const asked = window as unknown as { limits: number[] };
    asked.limits = [];
    window.setTimeout = ((act: () => void, delay: number) => {
      asked.limits.push(delay);
      return set(act, delay);
    }) as typeof window.setTimeout;
  });
  await app.signUp();
  await app.vault.store({ name: "work.persona", bytes: randomBytes(bytes) }, "Work");
  const longest = await page.evaluate(() => Math.max(...(window as unknown as { limits: number[] }).limits));
  // Three minutes, and its length at 16 kB a second; what is sent is somewhat longer than the file.
  expect(longest).toBeGreaterThan(180_000 + bytes / 16);
  expect(longest).toBeLessThan(180_000 + bytes / 8);
});
