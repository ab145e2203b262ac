// Letters beyond ASCII: two keyboards type the same address and the same password, and the page, which has no tables of
// Unicode itself, reads them by a worker.
import type { Worker } from "@playwright/test";

import { LinearMemory } from "../../fixtures/linear-memory.js";
import { expect, test } from "../../fixtures/test.js";
import { settled } from "../../pages/settled.js";

const COMPOSED = { address: "\u00c4rzte@b\u00fccher.example", password: "gr\u00fcner Hafen \u5149 Lampe" };
const DECOMPOSED = { address: "a\u0308rzte@BU\u0308CHER.example", password: "gru\u0308ner Hafen \u5149 Lampe" };
const OTHER = "gr\u00fcne Lampe \u5149 Hafen";

test("an account made with composed letters opens with decomposed ones, and with no others", async ({ app, page }) => {
  await app.signUpUnconfirmed(COMPOSED);
  await app.vault.signOut();
  await app.signIn(DECOMPOSED);
  await app.vault.signOut();
  await app.open("/persona");
  await app.persona.signIn({ ...COMPOSED, password: "gruner Hafen \u5149 Lampe" });
  await expect(page.getByRole("alert")).toBeVisible();
});

test("a mailed link for such an address sets such a password, whichever way both are typed", async ({ app, server }) => {
  // The local part is what a link carries as it is.
  const made = { address: "\u00e4rzte@example.org", password: COMPOSED.password };
  await app.signUp(made);
  await app.vault.signOut();
  await app.askForLink("a\u0308rzte@example.org");
  const link = await server.mailbox.resetLink(made.address);
  await app.reset.follow(link, made.address);
  await app.reset.choosePassword(OTHER.normalize("NFD"));
  await app.reset.goOnToSignIn();
  await app.persona.signIn({ ...made, password: OTHER });
  await app.persona.expectLocked();
});

test("what is wrong with such an address is said at its field, and the worker that read it is gone", async ({ app, page }) => {
  const started: Worker[] = [];
  page.on("worker", (worker) => started.push(worker));
  await app.open("/persona");
  for (const address of ["ada@", "ada@b..c", "ada@xn-.example/"]) {
    await app.persona.signIn({ address, password: "some password" });
    await expect(page.getByLabel("E-mail address")).toHaveAttribute("aria-invalid", "true");
  }
  expect(started, "ASCII is read by the page").toHaveLength(0);

  for (const address of ["\u00fc@b..c", "\u00fc@xn--", `${"\u00fc".repeat(33)}@example.org`]) {
    await app.persona.signIn({ address, password: "some password" });
    await settled(page);
    const field = page.getByLabel("E-mail address");
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(address);
  }
  expect(started).toHaveLength(3);
  await expect.poll(() => page.workers().length).toBe(0);
});

test("such a password is left in no memory of page or worker, refused or taken", async ({ app, page }) => {
  const memory = await LinearMemory.of(page);
  await app.signUpUnconfirmed(COMPOSED);
  await app.vault.signOut();
  await app.open("/persona");
  // Read by a worker, and never derived from: the address is refused.
  await app.persona.signIn({ address: "\u00fc@b..c", password: DECOMPOSED.password });
  await settled(page);
  await app.persona.signIn(DECOMPOSED);
  await app.vault.expectOpen();
  const secrets = [COMPOSED.password, DECOMPOSED.password].map((text) => ({ name: text, bytes: Buffer.from(text) }));
  const places = Object.keys(await memory.lengths());
  expect(places.filter((where) => where.startsWith("ended worker")).length).toBeGreaterThan(2);
  expect(await memory.search(secrets)).toEqual([]);
});

test("a worker that cannot start is no fault of what was typed, and one that is slow can be stopped", async ({ app, page }) => {
  await page.addInitScript(() => {
    const RealWorker = Worker;
    globalThis.Worker = class extends RealWorker {
      override postMessage(): void {
        const breaks = (globalThis as unknown as { workersBreak?: boolean }).workersBreak === true;
        if (breaks) this.dispatchEvent(new ErrorEvent("error"));
      }
    };
  });
  await app.open("/persona");
  await app.persona.signIn(COMPOSED);
  await expect(page.getByRole("heading", { name: "One moment" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await settled(page);
  await expect(page.getByLabel("E-mail address")).toHaveAttribute("aria-invalid", "false");

  await page.evaluate(() => Object.assign(globalThis, { workersBreak: true }));
  await app.persona.submitSignIn();
  await settled(page);
  await expect(page.getByText("This page could not read it")).toHaveCount(2);
});
