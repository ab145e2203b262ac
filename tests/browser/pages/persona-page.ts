// `/persona`: sign up, sign in, unlock.
import { expect, type Locator, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";

export interface Account {
  readonly address: string;
  readonly password: string;
}

export class PersonaPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  /** From the sign-in screen to the one that shows the recovery code. */
  async createAccount({ address, password }: Account): Promise<void> {
    const title = this.#page.getByRole("heading", { level: 1, name: "Create an account" });
    if (!(await title.isVisible())) await this.#hand.press(this.#page.getByRole("button", { name: "Create an account" }));
    await expect(title).toBeVisible();
    await this.#hand.type(this.#page.getByLabel("E-mail address"), address);
    await this.#hand.type(this.#page.getByLabel("New password", { exact: true }), password);
    await this.#hand.type(this.#page.getByLabel("New password again", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Create my account" }));
    await expect(this.heading("Save your recovery code")).toBeVisible();
  }

  /** The groups of the code that is shown. */
  async shownCode(): Promise<string[]> {
    const groups = this.#page.getByRole("list", { name: "Recovery code" }).getByRole("listitem").locator("span:last-child");
    const texts = await groups.allTextContents();
    expect(texts, "nine groups of four").toHaveLength(9);
    for (const text of texts) expect(text).toMatch(/^[0-9a-z]{4}$/i);
    return texts;
  }

  /** Goes on from the shown code and types the two groups that are asked for. */
  async confirmCode(code: readonly string[]): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "I have saved it" }));
    await expect(this.heading("Check that you can read it back")).toBeVisible();
    const labels = await this.#page.locator("label", { hasText: /^Group \d$/ }).allTextContents();
    expect(labels, "two groups are asked for").toHaveLength(2);
    for (const label of labels) {
      const group = code[Number(label.replace("Group ", "")) - 1] ?? "";
      await this.#hand.type(this.#page.getByLabel(label, { exact: true }), group);
    }
    await this.#hand.press(this.#page.getByRole("button", { name: "Confirm my code" }));
  }

  async signIn({ address, password }: Account): Promise<void> {
    await expect(this.heading("Sign in")).toBeVisible();
    await this.#hand.type(this.#page.getByLabel("E-mail address"), address);
    await this.#hand.type(this.#page.getByLabel("Password", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Sign in", exact: true }));
  }

  async forgotPassword(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("link", { name: "I forgot my password" }));
  }

  async expectLocked(): Promise<void> {
    await expect(this.heading("You are in. Your backup is still locked.")).toBeVisible();
  }

  async unlockByCode(code: readonly string[]): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "My recovery code" }));
    await expect(this.heading("Open your backup with your recovery code")).toBeVisible();
    for (const [index, group] of code.entries()) {
      await this.#hand.type(this.#page.getByLabel(`Group ${index + 1}`, { exact: true }), group);
    }
    await this.#hand.press(this.#page.getByRole("button", { name: "Unlock my backup" }));
  }

  async unlockByOldPassword(password: string): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "My old password" }));
    await expect(this.heading("Open your backup with your old password")).toBeVisible();
    await this.#hand.type(this.#page.getByLabel("Old password", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Unlock my backup" }));
  }

  heading(name: string): Locator {
    return this.#page.getByRole("heading", { level: 1, name });
  }
}
