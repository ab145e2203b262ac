// `/kit`: a sheet of paper for a code that the person has.
import { expect, type Locator, type Page } from "@playwright/test";

import type { Hand } from "./hand.js";
import { typeCode } from "./recovery-code.js";

export class KitPage {
  readonly #page: Page;
  readonly #hand: Hand;

  constructor(page: Page, hand: Hand) {
    this.#page = page;
    this.#hand = hand;
  }

  async make(code: readonly string[], address: string): Promise<void> {
    await expect(this.#page.getByRole("heading", { level: 1, name: "Print an emergency kit" })).toBeVisible();
    await typeCode(this.#page, this.#hand, code);
    await this.#hand.type(this.#page.getByLabel(/^E-mail address of the account/), address);
    await this.#hand.press(this.#page.getByRole("button", { name: "Make the sheet" }));
    await expect(this.#page.getByRole("heading", { level: 1, name: "Your emergency kit" })).toBeVisible();
  }

  get sheet(): Locator {
    return this.#page.getByRole("region", { name: "Emergency kit" });
  }

  get qr(): Locator {
    return this.sheet.getByRole("img", { name: "QR code of the recovery code" });
  }
}
