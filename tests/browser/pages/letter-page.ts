// `/confirm` and `/freeze`: what a click behind the link of a letter does.
import { expect, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";
import { openLink } from "./link.js";

export class LetterPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  /** Opens a link, and clicks nothing. */
  async open(link: string, title: string): Promise<void> {
    await openLink(this.#page, link);
    await this.expectTitle(title);
    expect(this.#page.url(), "nothing of the code is left in the address bar").toMatch(/\/(confirm|freeze)\/?$/);
  }

  async confirmSignUp(link: string): Promise<void> {
    await this.open(link, "Confirm your address?");
    await this.#press("Yes, I made this account");
    await this.expectTitle("Your address is confirmed.");
  }

  async freeze(link: string): Promise<void> {
    await this.open(link, "Freeze your account?");
    await this.#press("This was not me: freeze it");
    await this.expectTitle("Your account is frozen.");
  }

  /** From the address that is in force. Says what is so afterwards. */
  async confirmChangeFrom(link: string, afterwards: string): Promise<void> {
    await this.open(link, "Give up this address for your account?");
    await this.#press("Yes, move my account");
    await this.expectTitle(afterwards);
  }

  /** From the new address. Says what is so afterwards. */
  async confirmChangeTo(link: string, afterwards: string): Promise<void> {
    await this.open(link, "Use this address for your account?");
    await this.#press("Yes, this is my new address");
    await this.expectTitle(afterwards);
  }

  async expectTitle(title: string): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name: title, exact: true })).toBeVisible();
  }

  async #press(name: string): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name, exact: true }));
  }
}
