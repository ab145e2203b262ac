// The story that Keyhaven exists for: a person loses the password, and gets everything back, byte for byte.
import { randomBytes } from "node:crypto";

import { expectAccessible, expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import type { Mailbox } from "../../fixtures/mail.js";
import { SmtpMailbox } from "../../fixtures/mail.js";
import { Server } from "../../fixtures/server.js";
import { expect, MOVING, test } from "../../fixtures/test.js";
import { ADA, App } from "../../pages/app.js";
import { type Hand, Keys, Pointer } from "../../pages/hand.js";

const AFTERWARDS = { ...ADA, password: "quiet ladder mango seven" };

/** Not text, not a whole number of chunks, and larger than one. */
const FILE = { name: "work.persona", bytes: randomBytes(200_003) };

// As a server comes out of the box, with the derivation that people get.
test.use({ serverConfig: "", ...MOVING });

class Story {
  readonly app: App;
  readonly #mailbox: Mailbox;

  constructor(page: App["page"], origin: string, hand: Hand, mailbox: Mailbox) {
    this.app = new App(page, origin, hand);
    this.#mailbox = mailbox;
  }

  /** Makes an account with one persona, and signs out. */
  async storeSomething(): Promise<string[]> {
    const { persona, vault } = this.app;
    await this.app.open("/persona");
    await persona.createAccount(ADA);
    await this.#look("the recovery code");
    const code = await persona.shownCode();
    const groups = await persona.openConfirm();
    await this.#look("confirming the code");
    await persona.submitGroups(groups, code);
    await vault.expectOpen();
    await this.#look("the unconfirmed account");
    await this.app.confirmSignUp(this.#mailbox);
    await vault.store(FILE, "Work");
    await this.#look("the list of personas");
    await vault.signOut();
    return code;
  }

  /** Forgets the password, follows the mailed link, and signs in with a new one. */
  async loseThePassword(mailbox: Mailbox): Promise<void> {
    const { persona, reset } = this.app;
    await this.app.open("/persona");
    // The form is there when the program has started: before that there is nothing to judge.
    await persona.expectSignIn();
    await this.#look("signing in");
    await persona.forgotPassword();
    await reset.askForLink(ADA.address);
    await this.#look("the sent link");
    await reset.follow(await mailbox.resetLink(ADA.address), ADA.address);
    await this.#look("choosing a password");
    await reset.choosePassword(AFTERWARDS.password);
    await this.#look("the new password is set");
    await reset.goOnToSignIn();
    await persona.signIn(AFTERWARDS);
    await persona.expectLocked();
    await this.#look("the locked backup");
  }

  /** Restores, and compares every byte. */
  async getEverythingBack(): Promise<void> {
    const { vault } = this.app;
    await vault.expectOpen();
    await vault.restoreAll("1 of 1 persona restored and checked.");
    await this.#look("the restored personas");
    const saved = await vault.save("Work");
    expect(saved.bytes.equals(FILE.bytes), "the file came back byte for byte").toBe(true);
  }

  async #look(moment: string): Promise<void> {
    await expectAccessible(this.app.page, moment);
    await expectNoSidewaysScroll(this.app.page, moment);
  }
}

test("a person forgets the password and gets the persona back with the recovery code", async ({ page, server }) => {
  const story = new Story(page, server.origin, new Pointer(), server.mailbox);
  const code = await story.storeSomething();
  await story.loseThePassword(server.mailbox);
  await story.app.persona.unlockByCode(code);
  await story.getEverythingBack();
});

test("the same with keys alone", async ({ page, server }) => {
  const story = new Story(page, server.origin, new Keys(page), server.mailbox);
  const code = await story.storeSomething();
  await story.loseThePassword(server.mailbox);
  await story.app.persona.unlockByCode(code);
  await story.getEverythingBack();
});

test("the same with the old password instead of the code", async ({ page, server }) => {
  const story = new Story(page, server.origin, new Pointer(), server.mailbox);
  await story.storeSomething();
  await story.loseThePassword(server.mailbox);
  await story.app.persona.unlockByOldPassword(ADA.password);
  await story.getEverythingBack();
});

test("the same with mail that goes out by SMTP", async ({ page, complaints }) => {
  const mailbox = await SmtpMailbox.listen();
  const server = await Server.start(`[mail.smtp]\nhost = "127.0.0.1"\nport = ${mailbox.port}\nsecurity = "none"`);
  try {
    complaints.allowOrigin(server.origin);
    const story = new Story(page, server.origin, new Pointer(), mailbox);
    const code = await story.storeSomething();
    await story.loseThePassword(mailbox);
    await story.app.persona.unlockByCode(code);
    await story.getEverythingBack();
    expect(await server.mailbox.mailsTo(ADA.address), "nothing was left in the outbox").toEqual([]);
  } finally {
    complaints.stopListening();
    await server.stop();
    await mailbox.close();
  }
});
