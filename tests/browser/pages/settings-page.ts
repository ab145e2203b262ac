// `/account`: password, recovery code, address, sessions, the end of the account.
import { expect, type Locator, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";
import { type Account, ADA, PersonaPage } from "./persona-page.js";
import { typeCode } from "./recovery-code.js";

const MENU = "Account and security";

export class SettingsPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.choose("Change the password");
    await this.#hand.type(this.#page.getByLabel("Password you have now", { exact: true }), current);
    await this.#hand.type(this.#page.getByLabel("New password", { exact: true }), next);
    await this.#hand.type(this.#page.getByLabel("New password again", { exact: true }), next);
    await this.#hand.press(this.#page.getByRole("button", { name: "Change the password" }));
  }

  async expectPasswordChanged(): Promise<void> {
    await expect(this.#page.getByText("Your password is changed. All other sessions were signed out.")).toBeVisible();
  }

  /** Up to the screen that shows the new code. */
  async makeNewCode(): Promise<void> {
    await this.choose("New recovery code");
    await this.#hand.press(this.#page.getByRole("button", { name: /^It is lost/ }));
    await expect(this.#page.getByRole("heading", { level: 1, name: "Save your recovery code" })).toBeVisible();
  }

  /** The same, because somebody has seen the present one: with a new key. */
  async makeNewCodeAndKey(seen: readonly string[], password: string): Promise<void> {
    await this.choose("New recovery code");
    await this.choose("Somebody has seen the code");
    await typeCode(this.#page, this.#hand, seen);
    await this.#hand.type(this.#page.getByLabel("Password", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Make a new code and a new key" }));
    await expect(this.#page.getByRole("heading", { level: 1, name: "Save your recovery code" })).toBeVisible();
  }

  async expectCodeAndKeyChanged(): Promise<void> {
    const sentence = "Your new recovery code and your new key are in force. The old code opens nothing any more.";
    await expect(this.#page.getByText(sentence)).toBeVisible();
  }

  /** To the personas, where it goes on by itself after signing in. */
  async goOnToSealAgain(account: Account = ADA): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Seal my personas again" }));
    await this.#page.waitForURL(/\/persona\/?#seal-again$/);
    await expect(this.#page.getByText("Sign in once more to have your personas sealed again under your new key.")).toBeVisible();
    await new PersonaPage(this.#page, this.#hand).signIn(account);
  }

  async expectCodeChanged(): Promise<void> {
    const sentence = "Your new recovery code is in force. The old one opens nothing any more.";
    await expect(this.#page.getByText(sentence)).toBeVisible();
  }

  async keepOldCode(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Keep the code I have" }));
  }

  async openCheckCode(): Promise<void> {
    await this.choose("Do you still have your recovery code?");
  }

  async checkCode(code: readonly string[]): Promise<void> {
    await typeCode(this.#page, this.#hand, code);
    await this.#hand.press(this.#page.getByRole("button", { name: "Check my code" }));
  }

  async openSessions(): Promise<void> {
    await this.choose("Where you are signed in");
  }

  get otherSessions(): Locator {
    return this.#page.getByRole("listitem").filter({ hasText: "Another session" });
  }

  async endOtherSession(): Promise<void> {
    await this.#hand.press(this.otherSessions.first().getByRole("button", { name: /^End the session of / }));
  }

  async signOutEverywhere(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Sign out everywhere" }));
    const dialog = this.#page.getByRole("dialog", { name: "Sign out everywhere?" });
    await this.#hand.press(dialog.getByRole("button", { name: "Sign out everywhere" }));
  }

  /** From one of the forms to the menu. */
  async backToMenu(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: MENU }));
    await expect(this.#page.getByRole("heading", { level: 1, name: MENU })).toBeVisible();
  }

  /** From the menu to what is stored, which asks for the password once more. */
  async leave(account: Account = ADA): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Your personas" }));
    await this.#page.waitForURL(/\/persona\/?$/);
    await new PersonaPage(this.#page, this.#hand).signIn(account);
    await expect(this.#page.getByRole("heading", { level: 1, name: "Your personas" })).toBeVisible();
  }

  /** Up to the two letters. */
  async changeAddress(password: string, next: string): Promise<void> {
    await this.choose("Change the address");
    await this.#hand.type(this.#page.getByLabel("New e-mail address", { exact: true }), next);
    await this.#hand.type(this.#page.getByLabel("Password", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Send the two letters" }));
    await expect(this.#page.getByText(`Your account moves to ${next} when both addresses have confirmed it.`)).toBeVisible();
  }

  /** With the code at once, or else in 30 days. */
  async deleteAccount(password: string, code?: readonly string[]): Promise<void> {
    await this.choose("Delete the account");
    await this.#hand.type(this.#page.getByLabel("Password", { exact: true }), password);
    if (code !== undefined) {
      await this.#hand.press(this.#page.getByText("Remove it at once instead"));
      await typeCode(this.#page, this.#hand, code);
    }
    await this.#hand.press(this.#page.getByRole("button", { name: "Delete my account" }));
    const dialog = this.#page.getByRole("dialog", { name: "Delete this account and everything in it?" });
    await this.#hand.press(dialog.getByRole("button", { name: "Delete my account" }));
  }

  async choose(title: string): Promise<void> {
    // The name of the button goes on with its hint.
    await this.#hand.press(this.#page.getByRole("button", { name: new RegExp(`^${title.replace("?", "\\?")}`) }));
    await expect(this.#page.getByRole("heading", { level: 1, name: title, exact: true })).toBeVisible();
  }
}
