// The judge of accessibility itself: what it must notice.
import { expectAccessible, expectContrast, expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import { expect, test } from "../../fixtures/test.js";

const pageWith = (body: string): string => `<!doctype html><html lang="en"><title>Page</title><main><h1>Page</h1>${body}</main></html>`;

test("a picture without words is noticed, and a page without faults passes", async ({ page }) => {
  await page.setContent(pageWith(`<img src="data:," alt="A key">`));
  await expectAccessible(page, "a page without faults");
  await page.setContent(pageWith(`<img src="data:,">`));
  await expect(expectAccessible(page, "the page")).rejects.toThrow(/image-alt/);
});

test("grey on grey is noticed, and after the colours changed too", async ({ page }) => {
  await page.setContent(pageWith(`<p style="color: #000">Text</p>`));
  await expectContrast(page, "black on white");
  await page.locator("p").evaluate((p) => p.style.setProperty("color", "#bbb"));
  await expect(expectContrast(page, "the page")).rejects.toThrow(/color-contrast/);
});

test("a page that is wider than the screen is noticed", async ({ page }) => {
  await page.setContent(pageWith(`<div style="width: 2000px">Wide</div>`));
  await expect(expectNoSidewaysScroll(page, "the page")).rejects.toThrow(/width of the page/);
});
