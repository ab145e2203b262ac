// How a person works the page. Page objects take one, so that the same story is told with every kind of hand.
import type { Locator, Page } from "@playwright/test";

import { Keyboard } from "../fixtures/keyboard.js";

export interface Hand {
  /** Presses a button or follows a link. */
  press(control: Locator): Promise<void>;
  /** Types into a field that is empty. */
  type(field: Locator, text: string): Promise<void>;
  /** Types over what a field has. */
  retype(field: Locator, text: string): Promise<void>;
}

/** A mouse or a finger, and keys to type with. */
export class Pointer implements Hand {
  async press(control: Locator): Promise<void> {
    await control.click();
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.click();
    await field.pressSequentially(text);
  }

  async retype(field: Locator, text: string): Promise<void> {
    await field.clear();
    await this.type(field, text);
  }
}

/** Keys alone. */
export class Keys implements Hand {
  readonly #page: Page;
  readonly #keyboard: Keyboard;

  constructor(page: Page) {
    this.#page = page;
    this.#keyboard = new Keyboard(page);
  }

  press(control: Locator): Promise<void> {
    return this.#keyboard.press(control);
  }

  type(field: Locator, text: string): Promise<void> {
    return this.#keyboard.type(field, text);
  }

  async retype(field: Locator, text: string): Promise<void> {
    await this.#keyboard.reach(field);
    await this.#page.keyboard.press("ControlOrMeta+a");
    await this.#page.keyboard.type(text);
  }
}

/** A hand in a hurry: whole texts at once. For steps that lead to what a test is about. */
export class Quick implements Hand {
  async press(control: Locator): Promise<void> {
    await control.click();
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.fill(text);
  }

  retype(field: Locator, text: string): Promise<void> {
    return this.type(field, text);
  }
}
