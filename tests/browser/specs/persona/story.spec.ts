// The story that Keyhaven exists for: a person loses the password, and gets everything back, byte for byte.
import { randomBytes } from "node:crypto";

import type { Page } from "@playwright/test";

import { expectAccessible, expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import type { Mailbox } from "../../fixtures/mail.js";
import { SmtpMailbox } from "../../fixtures/mail.js";
import { Server } from "../../fixtures/server.js";
import { expect, test } from "../../fixtures/test.js";
import { type Hand, Keys, Pointer } from "../../pages/hand.js";
import { PersonaPage } from "../../pages/persona-page.js";
import { ResetPage } from "../../pages/reset-page.js";
import { VaultPage } from "../../pages/vault-page.js";

const ADDRESS = "ada@example.org";
const FIRST_PASSWORD = "walrus kettle orbit plum";
const SECOND_PASSWORD = "quiet ladder mango seven";

/** Not text, not a whole number of chunks, and larger than one. */
const FILE = { name: "work.persona", bytes: randomBytes(200_003) };

class Story {
  readonly #page: Page;
  readonly persona: PersonaPage;
  readonly reset: ResetPage;
  readonly vault: VaultPage;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.persona = new PersonaPage(page, hand);
    this.reset = new ResetPage(page, hand);
    this.vault = new VaultPage(page, hand);
  }

  /** Makes an account with one persona, and signs out. */
  async storeSomething(origin: string): Promise<string[]> {
    await this.#page.goto(`${origin}/persona`);
    await this.persona.createAccount({ address: ADDRESS, password: FIRST_PASSWORD });
    await this.#look("the recovery code");
    const code = await this.persona.shownCode();
    await this.persona.confirmCode(code);
    await this.vault.expectOpen();
    await this.vault.store(FILE, "Work");
    await this.#look("the list of personas");
    await this.vault.signOut();
    return code;
  }

  /** Forgets the password, follows the mailed link, and signs in with a new one. */
  async loseThePassword(origin: string, mailbox: Mailbox): Promise<void> {
    await this.#page.goto(`${origin}/persona`);
    await this.#look("signing in");
    await this.persona.forgotPassword();
    await this.reset.askForLink(ADDRESS);
    await this.#look("the sent link");
    await this.reset.follow(await mailbox.resetLink(ADDRESS), ADDRESS);
    await this.#look("choosing a password");
    await this.reset.choosePassword(SECOND_PASSWORD);
    await this.reset.goOnToSignIn();
    await this.persona.signIn({ address: ADDRESS, password: SECOND_PASSWORD });
    await this.persona.expectLocked();
    await this.#look("the locked backup");
  }

  /** Restores, and compares every byte. */
  async getEverythingBack(): Promise<void> {
    await this.vault.expectOpen();
    const restored = await this.vault.restoreAll("1 of 1 persona restored and checked.");
    await this.#look("the restored personas");
    expect(restored.equals(FILE.bytes), "the file came back byte for byte").toBe(true);
  }

  async #look(moment: string): Promise<void> {
    await expectAccessible(this.#page, moment);
    await expectNoSidewaysScroll(this.#page, moment);
  }
}

test("a person forgets the password and gets the persona back with the recovery code", async ({ page, server }) => {
  const story = new Story(page, new Pointer());
  const code = await story.storeSomething(server.origin);
  await story.loseThePassword(server.origin, server.mailbox);
  await story.persona.unlockByCode(code);
  await story.getEverythingBack();
});

test("the same with keys alone", async ({ page, server }) => {
  const story = new Story(page, new Keys(page));
  const code = await story.storeSomething(server.origin);
  await story.loseThePassword(server.origin, server.mailbox);
  await story.persona.unlockByCode(code);
  await story.getEverythingBack();
});

test("the same with the old password instead of the code", async ({ page, server }) => {
  const story = new Story(page, new Pointer());
  await story.storeSomething(server.origin);
  await story.loseThePassword(server.origin, server.mailbox);
  await story.persona.unlockByOldPassword(FIRST_PASSWORD);
  await story.getEverythingBack();
});

test("a recovery code that turns up two years later still opens the backup", async ({ page, server }) => {
  const story = new Story(page, new Pointer());
  const code = await story.storeSomething(server.origin);
  await story.loseThePassword(server.origin, server.mailbox);
  await server.letTimePass({ days: 2 * 365 });
  await page.goto(`${server.origin}/persona`);
  await story.persona.signIn({ address: ADDRESS, password: SECOND_PASSWORD });
  await story.persona.expectLocked();
  await story.persona.unlockByCode(code);
  await story.getEverythingBack();
});

test("the same with mail that goes out by SMTP", async ({ page, complaints }) => {
  const mailbox = await SmtpMailbox.listen();
  const server = await Server.start(`[mail.smtp]\nhost = "127.0.0.1"\nport = ${mailbox.port}\nsecurity = "none"`);
  try {
    complaints.allowOrigin(server.origin);
    const story = new Story(page, new Pointer());
    const code = await story.storeSomething(server.origin);
    await story.loseThePassword(server.origin, mailbox);
    await story.persona.unlockByCode(code);
    await story.getEverythingBack();
    expect(await server.mailbox.mailsTo(ADDRESS), "nothing was left in the outbox").toEqual([]);
  } finally {
    await server.stop();
    await mailbox.close();
  }
});
