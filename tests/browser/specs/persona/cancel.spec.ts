// Whatever takes longer than half a second can be stopped, and stopping leaves everything whole.
import { randomBytes } from "node:crypto";

import type { Locator, Page, Route } from "@playwright/test";

import { expect, test } from "../../fixtures/test.js";
import { Client, OBJECT, Wire } from "../../fixtures/wire.js";
import { ADA, App } from "../../pages/app.js";

/** How long a browser may take to end a request that was given up. */
const PATIENCE_MS = 20_000;
const FILE = { name: "work.persona", bytes: randomBytes(70_001) };

test.describe("while keys are derived", () => {
  // The most that a client accepts: many seconds, so that there is always something to stop.
  test.use({ serverConfig: "[accounts]\nkdf = [{ memory_kib = 262144, passes = 10, lanes = 1 }]" });

  test("the page says what it does and why, and stops at once", async ({ page, server, context }) => {
    const wire = Wire.on(context);
    const app = App.quick(page, server.origin);
    await app.open("/persona");
    await app.persona.openSignUp();
    await app.persona.submitSignUp(ADA);
    await expect(page.getByText("Deriving your keys from the password")).toBeVisible();
    await expect(page.getByText(/This takes a second on purpose/)).toBeVisible();
    await expect(page.getByRole("progressbar")).toBeVisible();
    await expect(exposedHeadings(page), "one main heading, that of the work").toHaveText(["Deriving your keys from the password"]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("progressbar")).toHaveCount(0);
    await expect(exposedHeadings(page)).toHaveText(["Create an account"]);
    await expect(app.persona.heading("Create an account")).toBeVisible();
    await expect(page.getByLabel("New password", { exact: true })).toHaveValue(ADA.password);
    expect(wire.writes).toEqual([]);
    // The page still works, and so does a second try.
    await page.getByRole("button", { name: "Create my account" }).click();
    await expect(page.getByRole("progressbar")).toBeVisible();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("progressbar")).toHaveCount(0);
  });
});

/** Main headings that every screen reader finds, also one that does not know what `inert` means. */
function exposedHeadings(page: Page): Locator {
  return page.locator("h1:not([aria-hidden=true] *)");
}

/** Presses the button the moment the page shows these words, however short that moment is. */
async function pressWhen(page: Page, words: string, button: string): Promise<void> {
  await page.evaluate(
    ([wanted, name]) => {
      const pressed = new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (!document.body.innerText.includes(wanted ?? "")) return;
          const found = [...document.querySelectorAll("button")].find((candidate) => candidate.textContent?.trim() === name);
          if (found === undefined) return;
          observer.disconnect();
          found.click();
          resolve();
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      Object.assign(window, { pressed });
    },
    [words, button],
  );
}

test("stopped while a file is sealed: nothing was sent, and the list is as it was", async ({ app, page, context }) => {
  const wire = Wire.on(context);
  await app.signUp();
  await app.vault.store(FILE, "Work");
  const client = new Client(app.origin, wire.authorization);
  const before = await client.everything();
  const sent = wire.writes.length;
  await app.vault.pick({ name: "large.bin", bytes: randomBytes(9 * 1024 * 1024) });
  await pressWhen(page, "Encrypting on this device", "Cancel");
  await app.vault.submit("Large");
  await page.evaluate(() => (window as unknown as { pressed: Promise<void> }).pressed);
  await expect(page.getByText("You stopped it.")).toBeVisible();
  expect(await client.everything()).toEqual(before);
  expect(wire.writes.slice(sent).filter(({ path }) => OBJECT.test(path))).toEqual([]);
  expect(await app.vault.names()).toEqual(["Work"]);
  await app.vault.letGoOf("Large");
  await app.vault.store(FILE, "After");
  await app.vault.restoreAll("2 of 2 personas restored and checked.");
});

test("stopped while a file is sent: the request is cut off, and what the server has is what the page shows", async ({ app, page }) => {
  await app.signUp();
  await app.vault.store(FILE, "Work");
  const held = new Promise<Route>((resolve) => {
    void page.route(OBJECT, (route) => {
      if (route.request().method() !== "PUT") return route.continue();
      resolve(route);
      return;
    });
  });
  await app.vault.pick(FILE);
  await app.vault.submit("Held");
  const route = await held;
  const cutOff = page.waitForEvent("requestfailed", { predicate: (request) => request === route.request(), timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Cancel" }).click();
  expect((await cutOff).failure()?.errorText, "the browser ended it because the page said so").toBe("net::ERR_ABORTED");
  await expect(page.getByText("What had been sent by then may be stored.")).toBeVisible();
  // Nothing holds it any more. What the page had not cut off would arrive now.
  await route.continue().catch(() => undefined);
  await page.unroute(OBJECT);
  await app.vault.letGoOf("Held");
  await app.vault.store(FILE, "After");
  expect(await app.vault.names()).toEqual(["After", "Work"]);
  await app.vault.restoreAll("2 of 2 personas restored and checked.");
});

test("stopped in the middle of a large file: the server gets no more of it, and keeps none", async ({ app, page, context }) => {
  const wire = Wire.on(context);
  await app.signUp();
  await app.vault.store(FILE, "Work");
  const client = new Client(app.origin, wire.authorization);
  const before = await client.everything();
  const line = await context.newCDPSession(page);
  await line.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200 * 1024 };
  await line.send("Network.emulateNetworkConditions", slow);
  const put = page.waitForRequest((request) => request.method() === "PUT" && OBJECT.test(new URL(request.url()).pathname));
  await app.vault.pick({ name: "large.bin", bytes: randomBytes(4 * 1024 * 1024) });
  await app.vault.submit("Large");
  const request = await put;
  const ended = page.waitForEvent("requestfailed", { predicate: (failed) => failed === request, timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Cancel" }).click();
  await line.send("Network.emulateNetworkConditions", { ...slow, uploadThroughput: -1 });
  expect((await ended).failure()?.errorText).toBe("net::ERR_ABORTED");
  await expect(page.getByText("You stopped it.")).toBeVisible();
  expect(await client.everything()).toEqual(before);
  expect(await app.vault.names()).toEqual(["Work"]);
});

test("stopped while restoring: the list is there, and restoring again gets everything", async ({ app, page }) => {
  await app.signUp();
  await app.vault.store(FILE, "Work");
  const held = new Promise<void>((resolve) => {
    void page.route(OBJECT, () => resolve());
  });
  await page.getByRole("button", { name: /^Restore (all|it$)/ }).click();
  await held;
  await page.getByRole("button", { name: "Cancel" }).click();
  await app.vault.expectOpen();
  await page.unroute(OBJECT);
  await app.vault.restoreAll("1 of 1 persona restored and checked.");
});
