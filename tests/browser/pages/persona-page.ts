// `/persona`: sign up, sign in, unlock.
import { expect, type Locator, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";
import { typeCode } from "./recovery-code.js";

export interface Account {
  readonly address: string;
  readonly password: string;
}

/** Who most tests are about. */
export const ADA: Account = { address: "ada@example.org", password: "walrus kettle orbit plum" };

export class PersonaPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  /** From the sign-in screen to the empty form of a new account. */
  async openSignUp(): Promise<void> {
    const title = this.heading("Create an account");
    await expect(title.or(this.heading("Sign in"))).toBeVisible();
    if (!(await title.isVisible())) await this.#hand.press(this.#page.getByRole("button", { name: "Create an account" }));
    await expect(title).toBeVisible();
  }

  /** Fills in the form of a new account, and sends it. */
  async submitSignUp({ address, password }: Account): Promise<void> {
    await this.#hand.type(this.#page.getByLabel("E-mail address"), address);
    await this.#hand.type(this.#page.getByLabel("New password", { exact: true }), password);
    await this.#hand.type(this.#page.getByLabel("New password again", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Create my account" }));
  }

  /** From the sign-in screen to the one that shows the recovery code. */
  async createAccount(account: Account): Promise<void> {
    await this.openSignUp();
    await this.submitSignUp(account);
    await this.expectCodeShown();
  }

  async expectCodeShown(): Promise<void> {
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

  /** Goes on from the shown code. Returns the numbers of the two groups that are asked for. */
  async openConfirm(): Promise<[number, number]> {
    await this.#hand.press(this.#page.getByRole("button", { name: "I have saved it" }));
    await expect(this.heading("Check that you can read it back")).toBeVisible();
    const labels = await this.#page.getByText(/^Group \d$/).allTextContents();
    expect(labels, "two groups are asked for").toHaveLength(2);
    const [first, second] = labels.map((label) => Number(label.replace("Group ", "")));
    return [first ?? 0, second ?? 0];
  }

  async submitGroups(groups: readonly [number, number], code: readonly string[]): Promise<void> {
    for (const group of groups) {
      await this.#hand.retype(this.#page.getByLabel(`Group ${group}`, { exact: true }), code[group - 1] ?? "");
    }
    await this.#hand.press(this.#page.getByRole("button", { name: "Confirm my code" }));
  }

  /** Goes on from the shown code and types the two groups that are asked for. */
  async confirmCode(code: readonly string[]): Promise<void> {
    await this.submitGroups(await this.openConfirm(), code);
  }

  async signIn({ address, password }: Account): Promise<void> {
    await this.expectSignIn();
    await this.#hand.retype(this.#page.getByLabel("E-mail address"), address);
    await this.#hand.retype(this.#page.getByLabel("Password", { exact: true }), password);
    await this.submitSignIn();
  }

  async submitSignIn(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Sign in", exact: true }));
  }

  async forgotPassword(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("link", { name: "I forgot my password" }));
  }

  /** From the sign-in screen: a new password by address and code, without mail. */
  async recover(account: Account, code: readonly string[]): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: /^I have my recovery code/ }));
    await this.submitRecovery(account, code);
  }

  async submitRecovery({ address, password }: Account, code: readonly string[]): Promise<void> {
    await expect(this.heading("Choose a new password with your recovery code")).toBeVisible();
    await this.#hand.retype(this.#page.getByLabel("E-mail address"), address);
    await typeCode(this.#page, this.#hand, code);
    await this.#hand.retype(this.#page.getByLabel("New password", { exact: true }), password);
    await this.#hand.retype(this.#page.getByLabel("New password again", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Set the password and open my backup" }));
  }

  /** From the sign-in screen: the last password that opened the backup, put back in force. */
  async putPasswordBack({ address, password }: Account): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: /^Somebody changed my password/ }));
    await expect(this.heading("Put your old password back")).toBeVisible();
    await this.#hand.retype(this.#page.getByLabel("E-mail address"), address);
    await this.#hand.retype(this.#page.getByLabel("Your old password", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Put my old password back" }));
  }

  async expectSignIn(): Promise<void> {
    await expect(this.heading("Sign in")).toBeVisible();
  }

  async expectLocked(): Promise<void> {
    await expect(this.heading("You are in. Your backup is still locked.")).toBeVisible();
  }

  async unlockByCode(code: readonly string[]): Promise<void> {
    await this.openUnlockByCode();
    await this.submitCode(code);
  }

  async openUnlockByCode(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: /^My recovery code/ }));
    await expect(this.heading("Open your backup with your recovery code")).toBeVisible();
  }

  async submitCode(code: readonly string[]): Promise<void> {
    await typeCode(this.#page, this.#hand, code);
    await this.#hand.press(this.#page.getByRole("button", { name: "Unlock my backup" }));
  }

  async unlockByOldPassword(password: string): Promise<void> {
    await this.openUnlockByOldPassword();
    await this.#hand.type(this.#page.getByLabel("Old password", { exact: true }), password);
    await this.#hand.press(this.#page.getByRole("button", { name: "Unlock my backup" }));
  }

  async openUnlockByOldPassword(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: /^My old password/ }));
    await expect(this.heading("Open your backup with your old password")).toBeVisible();
  }

  /** What went wrong, in three parts. */
  get problem(): Locator {
    return this.#page.getByRole("alert").filter({ visible: true });
  }

  heading(name: string): Locator {
    return this.#page.getByRole("heading", { level: 1, name, exact: true });
  }
}
