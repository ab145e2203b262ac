// The app in one tab, with the page objects of all its pages.
import { expect, type Page } from "@playwright/test";

import type { Mailbox } from "../fixtures/mail.js";
import { type Hand, Quick } from "./hand.js";
import { KitPage } from "./kit-page.js";
import { LetterPage } from "./letter-page.js";
import { type Account, ADA, PersonaPage } from "./persona-page.js";
import { ResetPage } from "./reset-page.js";
import { SettingsPage } from "./settings-page.js";
import { VaultPage } from "./vault-page.js";

export { ADA };

export class App {
  readonly page: Page;
  /** Of the host that serves it, without a slash at the end. */
  readonly origin: string;
  readonly persona: PersonaPage;
  readonly reset: ResetPage;
  readonly vault: VaultPage;
  readonly settings: SettingsPage;
  readonly kit: KitPage;
  readonly letter: LetterPage;
  /** Where letters arrive; without it, nothing is confirmed. */
  readonly #mailbox: Mailbox | undefined;

  constructor(page: Page, origin: string, hand: Hand, mailbox?: Mailbox) {
    this.page = page;
    this.origin = origin;
    this.#mailbox = mailbox;
    this.letter = new LetterPage(page, hand);
    this.persona = new PersonaPage(page, hand);
    this.reset = new ResetPage(page, hand);
    this.vault = new VaultPage(page, hand);
    this.settings = new SettingsPage(page, hand);
    this.kit = new KitPage(page, hand);
  }

  static quick(page: Page, origin: string, mailbox?: Mailbox): App {
    return new App(page, origin, new Quick(), mailbox);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.origin}${path}`);
  }

  /** Makes an account, confirms its address, and arrives at its empty backup. Returns the recovery code. */
  async signUp(account: Account = ADA): Promise<string[]> {
    await this.open("/persona");
    await this.persona.createAccount(account);
    // A click in the letter sends this; the page behind it is the subject of other tests.
    if (this.#mailbox !== undefined) await this.#spendLetter(await this.#mailbox.letterLink(account.address, "confirm"));
    return this.#saveCode();
  }

  /** As [`signUp`], and nobody has opened the letter yet. */
  async signUpUnconfirmed(account: Account = ADA): Promise<string[]> {
    await this.open("/persona");
    await this.persona.createAccount(account);
    return this.#saveCode();
  }

  /** With the backup open: clicks in the letter, and sees here that it is done. */
  async confirmSignUp(mailbox: Mailbox, { address }: Account = ADA): Promise<void> {
    const tab = await this.page.context().newPage();
    await new LetterPage(tab, new Quick()).confirmSignUp(await mailbox.letterLink(address, "confirm"));
    await tab.close();
    await this.vault.press("I have confirmed it");
    await expect(this.vault.state("Confirm your address.")).toHaveCount(0);
    // The account is read before the list is.
    await this.vault.expectOpen();
  }

  /** Signs in with a password that opens the backup too. */
  async signIn(account: Account = ADA): Promise<void> {
    await this.open("/persona");
    await this.persona.signIn(account);
    await this.vault.expectOpen();
  }

  /** Sets a new password by mail, signs in with it and arrives at the locked backup. */
  async resetAndSignIn(link: string, account: Account): Promise<void> {
    await this.reset.follow(link, account.address);
    await this.reset.choosePassword(account.password);
    await this.reset.goOnToSignIn();
    await this.persona.signIn(account);
    await this.persona.expectLocked();
  }

  async askForLink(address: string): Promise<void> {
    await this.open("/password/reset.html");
    await this.reset.askForLink(address);
  }

  /** From the shown recovery code to the open backup. Returns the code. */
  async #saveCode(): Promise<string[]> {
    const code = await this.persona.shownCode();
    await this.persona.confirmCode(code);
    await this.vault.expectOpen();
    return code;
  }

  async #spendLetter(link: string): Promise<void> {
    const code = new URLSearchParams(new URL(link).hash.slice(1)).get("code");
    const answer = await this.page.request.post(`${this.origin}/persona/v1/confirm`, { data: { code } });
    expect(answer.status(), "the letter is good").toBe(200);
  }
}
