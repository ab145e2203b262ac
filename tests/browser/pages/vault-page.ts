// `/persona` once the backup is open: what is stored, and what comes back.
import { readFile } from "node:fs/promises";

import { expect, type Download, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";

/** A file as it lies on the person's disk. */
export interface PersonFile {
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

  async expectOpen(): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name: "Your personas" })).toBeVisible();
  }

  /** Stores a file under a name of its own. */
  async store(file: PersonFile, name: string): Promise<void> {
    const chooser = this.#page.waitForEvent("filechooser");
    await this.#hand.press(this.#page.getByRole("button", { name: "Choose a file" }));
    await (await chooser).setFiles({ name: file.name, mimeType: "application/octet-stream", buffer: file.bytes });
    const field = this.#page.getByLabel("Name", { exact: true });
    await expect(field).toBeVisible();
    // The file's name is there as a suggestion.
    await field.clear();
    await this.#hand.type(field, name);
    await this.#hand.press(this.#page.getByRole("button", { name: "Encrypt and store" }));
    await expect(this.#page.getByText(`‘${name}’ is stored, and was checked with the server.`)).toBeVisible();
  }

  /** Restores everything, expects `sentence`, and returns the bytes that the browser saved. */
  async restoreAll(sentence: string): Promise<Buffer> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Restore all" }));
    await expect(this.#page.getByText(sentence)).toBeVisible();
    const download = this.#page.waitForEvent("download");
    await this.#hand.press(this.#page.getByRole("button", { name: /^Save/ }).first());
    return bytesOf(await download);
  }

  async signOut(): Promise<void> {
    await this.#hand.press(this.#page.getByRole("button", { name: "Sign out", exact: true }));
  }
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}
