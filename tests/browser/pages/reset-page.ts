// `/password/reset.html`: asking for a link, and following it.
import { expect, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";
import { openLink } from "./link.js";

export class ResetPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  async askForLink(address: string): Promise<void> {
    await this.expectAsks();
    await this.#hand.type(this.#page.getByLabel("E-mail address"), address);
    await this.#hand.press(this.#page.getByRole("button", { name: "Send the link" }));
    await expect(this.#page.getByRole("heading", { level: 1, name: "Look into your mailbox." })).toBeVisible();
  }

  async expectAsks(): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name: "Get a link to choose a new password" })).toBeVisible();
  }

  /** Opens the mailed link, and sees it leave the address bar. */
  async follow(link: string, address: string): Promise<void> {
    await openLink(this.#page, link);
    await expect(this.#page.getByRole("heading", { level: 1, name: `Choose a new password for ${address}` })).toBeVisible();
    expect(this.#page.url(), "nothing of the code is left in the address bar").toMatch(/\/password[/-]reset\.html$/);
  }

  async submitPassword(password: string): Promise<void> {
    await this.expectNoOtherSecretsAsked();
    await this.#hand.retype(this.#page.getByLabel("New password", { exact: true }), password);
    await this.#hand.retype(this.#page.getByLabel("New password again", { exact: true }), password);
    await this.submit();
  }

  async submit(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Set the new password" }));
  }

  async choosePassword(password: string): Promise<void> {
    await this.submitPassword(password);
    await expect(this.#page.getByRole("heading", { level: 1, name: "Your new password is set." })).toBeVisible();
  }

  async goOnToSignIn(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("link", { name: "Go on to sign in" }));
  }

  async expectNoOtherSecretsAsked(): Promise<void> {
    await expect(this.#page.getByText("This page will never ask for your recovery code or your old password.")).toBeVisible();
    await expect(this.#page.getByLabel(/recovery code|old password|group \d/i)).toHaveCount(0);
  }
}
