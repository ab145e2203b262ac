// The stand-ins for people: who sees badly, who has a narrow screen, who has no mouse.
import { expect, test } from "@playwright/test";

import { expectAccessible, expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import { Keyboard } from "../../fixtures/keyboard.js";

const page = (body: string): string => `<!doctype html><html lang="en"><title>t</title><main><h1>t</h1>${body}</main></html>`;

test("a field without a label and text without contrast are named", async ({ page: tab }) => {
  await tab.setContent(page("<label>Name <input></label>"));
  await expectAccessible(tab, "a good page");
  await tab.setContent(page("<input><p style='color:#ccc;background:#fff'>pale</p>"));
  await expect(expectAccessible(tab, "a bad page")).rejects.toThrow(/color-contrast[\s\S]*label/);
});

test("a page wider than the screen is noticed", async ({ page: tab }) => {
  await tab.setViewportSize({ width: 320, height: 640 });
  await tab.setContent(page("<p>short</p>"));
  await expectNoSidewaysScroll(tab, "a good page");
  await tab.setContent(page("<div style='width:400px'>wide</div>"));
  await expect(expectNoSidewaysScroll(tab, "a bad page")).rejects.toThrow("width of a bad page");
});

test("the keyboard reaches what can be reached, and notices a focus that nothing shows", async ({ page: tab }) => {
  const keyboard = new Keyboard(tab);
  const ring = "<style>:focus { outline: 3px solid }</style>";
  await tab.setContent(page(`${ring}<button>One</button><button tabindex="-1">Two</button><label>Name <input></label>`));
  await keyboard.type(tab.getByLabel("Name"), "Ada");
  await expect(tab.getByLabel("Name")).toHaveValue("Ada");
  await keyboard.press(tab.getByRole("button", { name: "One" }));
  await expect(keyboard.reach(tab.getByRole("button", { name: "Two" }))).rejects.toThrow("is not reached with Tab");
  for (const hidden of ["outline:none", "position:absolute;left:-9999px", "width:0;height:0;padding:0;border:0"]) {
    await tab.setContent(page(`${ring}<button style="${hidden}">Three</button><button>Four</button>`));
    await expect(keyboard.reach(tab.getByRole("button", { name: "Four" }))).rejects.toThrow("nothing shows it");
  }
});
