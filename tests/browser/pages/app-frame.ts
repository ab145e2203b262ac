// What every page of the app has in common: it starts, or it says why not.
import { expect, type Page } from "@playwright/test";

/** Every page, as `web/routes.json` lists them, with the words that only this page has as its main heading. */
export const PAGES = [
  { path: "", heading: "Get your messages and keys back." },
  { path: "persona", heading: "Sign in" },
  { path: "account", heading: "Sign in" },
  { path: "password/reset.html", heading: "Get a link to choose a new password" },
  { path: "password-reset.html", heading: "Get a link to choose a new password" },
  { path: "confirm", heading: "This link is not good any more." },
  { path: "freeze", heading: "This link is not good any more." },
  { path: "key-file", heading: "Open a key file" },
  { path: "kit", heading: "Print an emergency kit" },
  { path: "verify", heading: "Verify this page" },
] as const;

export class AppFrame {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async expectStarted(heading: string): Promise<void> {
    await expect(this.#page.locator("html")).toHaveAttribute("data-start", "started");
    await expect(this.#page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await expect(this.#page.locator("#not-started")).toBeHidden();
  }

  /** The app did not run, and the page says so by itself and gives this reason. */
  async expectRefused(reason: RegExp): Promise<void> {
    const notice = this.#page.locator("#not-started");
    await expect(notice).toBeVisible();
    await expect(notice).toContainText("This page has not started.");
    await expect(notice.getByText(reason).filter({ visible: true })).toBeVisible();
    await expect(this.#page.locator("html")).not.toHaveAttribute("data-start", "started");
    await expect(this.#page.locator("input:visible").and(this.#page.locator(":not([inert] *)")), "nowhere to type").toHaveCount(0);
  }
}
