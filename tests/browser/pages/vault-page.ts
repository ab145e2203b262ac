// `/persona` once the backup is open: what is stored, and what comes back.
import { readFile } from "node:fs/promises";

import { expect, type Download, type Locator, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";
import { type Account, ADA, PersonaPage } from "./persona-page.js";
import { typeCode } from "./recovery-code.js";
import { settled } from "./settled.js";

/** A file as it lies on the person's disk. */
export interface PersonFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A file as the browser saved it. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export class VaultPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  /** The backup is open, and its list has been read. */
  async expectOpen(): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name: "Your personas" })).toBeVisible();
    await settled(this.#page);
  }

  /** What offers to go on. */
  get unsealed(): Locator {
    return this.#page.getByRole("button", { name: "Seal my personas again" });
  }

  async sealAgain(): Promise<void> {
    await this.#hand.press(this.unsealed);
  }

  /** So many of so many, and going on is offered exactly if that is not all. */
  async expectSealedAgain(sealed: number, personas: number): Promise<void> {
    const word = personas === 1 ? "persona" : "personas";
    await expect(this.#page.getByText(`${sealed} of ${personas} ${word} sealed again under your new key.`)).toBeVisible();
    await expect(this.unsealed).toHaveCount(sealed === personas ? 0 : 1);
  }

  /** Picks a file, up to the question for its name. */
  async pick(file: PersonFile): Promise<void> {
    const chooser = this.#page.waitForEvent("filechooser");
    await this.#hand.press(this.#page.getByRole("button", { name: "Choose a file" }));
    await (await chooser).setFiles({ name: file.name, mimeType: "application/octet-stream", buffer: file.bytes });
  }

  /** Picks a folder on the disk of the machine that runs the test. */
  async pickFolder(path: string): Promise<void> {
    const chooser = this.#page.waitForEvent("filechooser");
    await this.#hand.press(this.#page.getByRole("button", { name: "Choose a folder" }));
    await (await chooser).setFiles(path);
  }

  /** Names what was picked, and sends it. */
  async submit(name: string): Promise<void> {
    await expect(this.nameField).toBeVisible();
    // The file's name is there as a suggestion.
    await this.#hand.retype(this.nameField, name);
    await this.#hand.press(this.#page.getByRole("button", { name: "Encrypt and store" }));
  }

  /** After a try that came to nothing: what was picked is still there under its name, and is put away. */
  async letGoOf(name: string): Promise<void> {
    await expect(this.nameField).toHaveValue(name);
    await this.#hand.press(this.#page.getByRole("button", { name: "Cancel" }));
    await expect(this.nameField).toHaveCount(0);
  }

  /** Stores a file under a name of its own. */
  async store(file: PersonFile, name: string): Promise<void> {
    await this.pick(file);
    await this.submit(name);
    await this.expectStored(name);
  }

  async expectStored(name: string): Promise<void> {
    await expect(this.#page.getByText(`‘${name}’ is stored, and was checked with the server.`)).toBeVisible();
    await expect(this.card(name)).toBeVisible();
  }

  get nameField(): Locator {
    return this.#page.getByLabel("Name", { exact: true });
  }

  /** The entry of the list with this name. */
  card(name: string): Locator {
    return this.#page.getByRole("listitem").filter({ has: this.#page.getByText(name, { exact: true }) });
  }

  /** The names in the list, in its order. */
  async names(): Promise<string[]> {
    await this.expectOpen();
    const restore = this.#page.getByRole("button", { name: /^Restore ./ });
    const labels = await restore.and(this.#page.locator("li *")).allInnerTexts();
    return labels.map((label) => label.replace(/^Restore\s+/, ""));
  }

  /** Restores everything, and waits for this sentence about it. */
  async restoreAll(sentence: string): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: /^Restore (all \d|it$)/ }));
    await expect(this.#page.getByRole("heading", { level: 1, name: sentence })).toBeVisible();
  }

  async restoreOne(name: string, sentence: string): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: `Restore ${name}`, exact: true }));
    await expect(this.#page.getByRole("heading", { level: 1, name: sentence })).toBeVisible();
  }

  /** Of a restore: what the page says of this item. */
  finding(name: string): Locator {
    return this.card(name).getByRole("paragraph").last();
  }

  /** Of a restore: saves the file with this name. */
  async save(name: string): Promise<SavedFile> {
    const download = this.#page.waitForEvent("download");
    // Where it came back alone it has two: one for the page, and one in its row.
    await this.#hand.press(this.#page.getByRole("button", { name: `Save ‘${name}’`, exact: true }).first());
    return this.saved(await download);
  }

  /** Of a restore: saves every file that came back, in one archive. */
  async saveAll(): Promise<SavedFile> {
    const download = this.#page.waitForEvent("download");
    await this.#hand.press(this.#page.getByRole("button", { name: "Save all as one zip" }));
    return this.saved(await download);
  }

  /** A download, as it lies on the disk. */
  async saved(download: Download): Promise<SavedFile> {
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  /** Of a restore: saves the list of what came of each item. */
  async saveList(): Promise<string> {
    const download = this.#page.waitForEvent("download");
    await this.#hand.press(this.#page.getByRole("button", { name: "Save this list" }));
    return (await this.saved(await download)).bytes.toString();
  }

  async backToList(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Your personas" }));
    await this.expectOpen();
  }

  /** Up to the question whether to delete. */
  async askToDelete(name: string): Promise<Locator> {
    await this.#hand.press(this.#page.getByRole("button", { name: `Delete ${name}`, exact: true }));
    const dialog = this.#page.getByRole("dialog", { name: `Delete ‘${name}’?` });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  async delete(name: string): Promise<void> {
    const dialog = await this.askToDelete(name);
    await this.#hand.press(dialog.getByRole("button", { name: `Delete ‘${name}’` }));
    await expect(this.#page.getByText(`‘${name}’ is deleted. You can bring it back for 30 days.`)).toBeVisible();
    await expect(this.card(name)).toHaveCount(0);
  }

  async undoDelete(name: string): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: `Bring ‘${name}’ back` }));
    await expect(this.#page.getByText(`‘${name}’ is back.`)).toBeVisible();
    await expect(this.card(name)).toBeVisible();
  }

  /** Opens the list of what was deleted, whoever deleted it. Returns what each entry is called. */
  async openDeleted(count: number): Promise<string[]> {
    await this.press(`Deleted (${count})`);
    await expect(this.#page.getByRole("heading", { level: 1, name: "Deleted", exact: true })).toBeVisible();
    return this.#page.locator(".file-name").allInnerTexts();
  }

  /** Of the list of what was deleted: brings this one back. */
  async bringBack(name: string): Promise<void> {
    await this.press(`Bring back (${name})`);
    await expect(this.#page.getByText(`‘${name}’ is back.`)).toBeVisible();
    await expect(this.card(name)).toBeVisible();
  }

  /** Of the list of what was deleted: brings everything back. */
  async bringAllBack(count: number): Promise<void> {
    await this.press(`Bring all ${count} back`);
    await expect(this.#page.getByText(`${count} of ${count} are back.`)).toBeVisible();
  }

  /** Leaves for the page about the account, which asks for the password once more. */
  async openSettings(account: Account = ADA): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Account and security" }));
    await this.#page.waitForURL(/\/account\/?$/);
    await new PersonaPage(this.#page, this.#hand).signIn(account);
    await expect(this.#page.getByRole("heading", { level: 1, name: "Account and security" })).toBeVisible();
  }

  /** What the page says of the account's state, by its first words; nothing where nothing is out of the ordinary. */
  state(title: string): Locator {
    return this.#page.locator(".callout").filter({ has: this.#page.getByText(title, { exact: true }) });
  }

  async decide(code: readonly string[]): Promise<void> {
    await typeCode(this.#page, this.#hand, code);
    await this.#hand.press(this.#page.getByRole("button", { name: "Decide with my code" }));
    await expect(this.#page.getByText("It is decided: the account is yours")).toBeVisible();
  }

  async press(name: string): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name, exact: true }));
  }

  /** Opens the list of versions of a persona. Returns what each entry is called. */
  async openVersions(name: string): Promise<Locator> {
    await this.press(`Versions ${name}`);
    await expect(this.#page.getByRole("heading", { level: 1, name: `Versions of ‘${name}’` })).toBeVisible();
    return this.#page.locator(".file-card");
  }

  async signOut(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Sign out", exact: true }));
    await expect(this.#page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  }
}
