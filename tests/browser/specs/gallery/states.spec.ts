// Every state of every page, the rare ones too, seen by a program that judges accessibility.
import { expectAccessible, expectContrast, expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import { galleryFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";

/** Fewer than there are, so that an empty gallery does not pass. */
const FEWEST_STATES = 30;
/** The states are shared out, so that both cores have work. */
const SHARES = 4;

for (let share = 0; share < SHARES; share += 1) {
  test(`share ${share + 1} of ${SHARES}: no state has a violation, in light, dark or narrow`, async ({ page, complaints }) => {
    const host = await StaticHost.start(galleryFolder());
    complaints.allowOrigin(host.url);
    await page.goto(`${host.url}gallery`);
    await expect(page.getByRole("heading", { level: 1, name: "Gallery" })).toBeVisible();
    const states = await page.locator("a[data-state]").evaluateAll((links) => links.map((link) => link.getAttribute("data-state") ?? ""));
    expect(states.length).toBeGreaterThanOrEqual(FEWEST_STATES);
    for (const [index, state] of states.entries()) {
      if (index % SHARES !== share) continue;
      await test.step(state, async () => {
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(`${host.url}gallery?state=${encodeURIComponent(state)}`);
        await expect(page.locator("html")).toHaveAttribute("data-start", "started");
        await expect(page.getByRole("link", { name: state, exact: true }), "the state itself, and not the list").toHaveCount(0);
        await expectAccessible(page, `${state}, light`);
        await page.emulateMedia({ colorScheme: "dark" });
        await expectContrast(page, `${state}, dark`);
        await page.setViewportSize({ width: 320, height: 640 });
        await expectNoSidewaysScroll(page, state);
        await page.setViewportSize({ width: 1024, height: 768 });
      });
    }
    await host.close();
  });
}
