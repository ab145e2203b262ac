// `/key-file`: what is in a key file, several of them together, and writing them anew.
import { readFile } from "node:fs/promises";

import { expect, type Locator, type Page, type Worker } from "@playwright/test";

import { appFolder } from "../fixtures/environment.js";
import { StaticHost } from "../fixtures/static-host.js";

export const NEW_PASSPHRASE = "quiet ladder mango seven";

export class KeyFilePage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The page on a host of its own, and everything that it will ever load. */
  static async open(page: Page, allow: (origin: string) => void): Promise<{ keyFile: KeyFilePage; host: StaticHost }> {
    const opened = await KeyFilePage.openAtOnce(page, allow);
    await page.waitForLoadState("networkidle");
    return opened;
  }

  /** The same, as soon as it is there. */
  static async openAtOnce(page: Page, allow: (origin: string) => void): Promise<{ keyFile: KeyFilePage; host: StaticHost }> {
    const host = await StaticHost.start(appFolder());
    allow(host.url);
    await page.goto(`${host.url}key-file/`);
    const keyFile = new KeyFilePage(page);
    await keyFile.expectHeading("Open a key file");
    return { keyFile, host };
  }

  async expectHeading(name: string | RegExp): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** Picks a file that has this text. */
  async pick(text: string, name = "element-keys.txt"): Promise<void> {
    await this.#picker.setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  }

  async pickPath(path: string): Promise<void> {
    await this.#picker.setInputFiles(path);
  }

  get #picker(): Locator {
    return this.#page.getByLabel("Choose a file").and(this.#page.locator("input"));
  }

  async paste(text: string): Promise<void> {
    const area = this.#page.getByLabel("The text, from its first line to its last");
    if (!(await area.isVisible())) await this.#page.getByText("I have it as text to paste").click();
    await this.#page.getByLabel("The text, from its first line to its last").fill(text);
    await this.#page.getByRole("button", { name: "Look at this text" }).click();
  }

  async type(passphrase: string): Promise<void> {
    await this.#page.getByLabel("Passphrase of the file", { exact: true }).fill(passphrase);
    await this.#page.getByRole("button", { name: "Open file" }).click();
  }

  async openFile(text: string, passphrase: string): Promise<void> {
    await this.pick(text);
    await this.type(passphrase);
  }

  async add(): Promise<void> {
    await this.#page.getByRole("button", { name: "Add another key file" }).click();
  }

  /** What is said of each room that is shown. */
  rooms(): Promise<string[]> {
    return this.#page.getByRole("region", { name: "Rooms" }).getByRole("listitem").allInnerTexts();
  }

  get problem(): Locator {
    return this.#page.getByRole("alert").filter({ visible: true });
  }

  /** Seals what the screen is about under {@link NEW_PASSPHRASE}. */
  async seal(): Promise<void> {
    await this.#page.getByLabel("New passphrase", { exact: true }).fill(NEW_PASSPHRASE);
    await this.#page.getByLabel("New passphrase again", { exact: true }).fill(NEW_PASSPHRASE);
    await this.#page.getByRole("button", { name: "Seal the keys" }).click();
  }

  /** From now on the lines of each list that the worker tells are counted, message by message. */
  async countToldLines(): Promise<() => Promise<Record<string, number[]>>> {
    const worker = this.#worker;
    await worker.evaluate(() => {
      const told: Record<string, number[]> = {};
      const scope = globalThis as unknown as { told: typeof told; postMessage: (message: unknown) => void };
      const post = scope.postMessage.bind(globalThis);
      scope.told = told;
      scope.postMessage = (message) => {
        const json = Array.isArray(message) ? (message[0] as unknown) : undefined;
        const reply = typeof json === "string" ? (JSON.parse(json) as unknown) : undefined;
        for (const [kind, content] of Object.entries(typeof reply === "object" && reply !== null ? reply : {})) {
          if (Array.isArray(content)) (told[kind] ??= []).push(content.length);
        }
        post(message);
      };
    });
    return () => worker.evaluate(() => (globalThis as unknown as { told: Record<string, number[]> }).told);
  }

  get #worker(): Worker {
    const [worker] = this.#page.workers();
    if (worker === undefined) throw new Error("the page has no worker");
    return worker;
  }

  /** From now on the browser keeps one character of each piece that is written otherwise than it is given. */
  async keepOtherwise(): Promise<void> {
    await this.#worker.evaluate(() => {
      const Real = globalThis.Blob;
      globalThis.Blob = class extends Real {
        constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
          for (const part of parts) {
            // Behind it are the tag and the last line.
            if (part instanceof Uint8Array) part[part.length - 120] = part[part.length - 120] === 65 ? 66 : 65;
          }
          super(parts, options);
        }
      };
    });
  }

  /** Saves a file that was written, and reads it. */
  async save(name: string): Promise<{ name: string; text: string }> {
    const saved = await this.saveBytes(name);
    return { name: saved.name, text: saved.bytes.toString("utf8") };
  }

  async saveBytes(name: string): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([
      this.#page.waitForEvent("download"),
      this.#page.getByRole("button", { name: `Save ‘${name}’` }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }
}
