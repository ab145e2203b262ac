// Any form of the app, without knowing what it is for.
import { expect, type Page } from "@playwright/test";

import { settled } from "./settled.js";

export interface FormDescription {
  /** The main heading of the screen it stands on. */
  readonly screen: string;
  /** Labels of its fields, each with something that would be right. */
  readonly fields: Readonly<Record<string, string>>;
  /** The name of its button. */
  readonly submit: string;
}

/** What came of sending a form. */
export type Outcome = "refused" | "accepted";

export class Form {
  readonly #page: Page;
  readonly #form: FormDescription;

  constructor(page: Page, form: FormDescription) {
    this.#page = page;
    this.#form = form;
  }

  async expectShown(): Promise<void> {
    await expect(this.#heading).toBeVisible();
  }

  /** Fills every field, with `changes` in place of what would be right, and sends it. */
  async submit(changes: Readonly<Record<string, string>>): Promise<Outcome> {
    for (const [label, text] of Object.entries({ ...this.#form.fields, ...changes })) {
      await this.#page.getByLabel(label, { exact: true }).fill(text);
    }
    const typed = await this.#values();
    await this.#page.getByRole("button", { name: this.#form.submit, exact: true }).click();
    await settled(this.#page);
    const button = this.#page.getByRole("button", { name: this.#form.submit, exact: true });
    if (!(await this.#heading.isVisible()) || !(await button.isVisible())) return "accepted";
    expect(await this.#values(), "what was typed is still there").toEqual(typed);
    return "refused";
  }

  /** The form says what is wrong in words for people. */
  async expectClearError(): Promise<void> {
    const invalid = this.#page.locator("[aria-invalid=true]");
    const alert = this.#page.getByRole("alert").filter({ visible: true });
    await expect(invalid.or(alert).first()).toBeVisible();
    const said = await this.#said();
    expect(said.length, "it says what is wrong").toBeGreaterThan(0);
    for (const text of said) {
      expect(text).toMatch(/^.{8,600}$/s);
      expect(text).not.toMatch(/undefined|null\b|NaN|Error\(|Some\(|\{|\}|panicked/);
    }
  }

  async #said(): Promise<string[]> {
    return this.#page.evaluate(() => {
      const alerts = [...document.querySelectorAll("[role=alert]")].filter((element) => (element as HTMLElement).offsetParent !== null);
      const described = [...document.querySelectorAll("[aria-invalid=true]")].flatMap((field) =>
        (field.getAttribute("aria-describedby") ?? "")
          .split(" ")
          .filter((id) => id.endsWith("-error"))
          .map((id) => document.getElementById(id)),
      );
      return [...alerts, ...described].map((element) => (element as HTMLElement | null)?.innerText.trim() ?? "").filter((text) => text !== "");
    });
  }

  #values(): Promise<string[]> {
    return this.#page.getByRole("main").locator("input:not([type=file]), textarea").evaluateAll((fields) =>
      fields.map((field) => (field as HTMLInputElement).value),
    );
  }

  get #heading() {
    return this.#page.getByRole("heading", { level: 1, name: this.#form.screen, exact: true });
  }
}
