// Every state of every page, the rare ones too, seen by a program that judges accessibility.
import { expectAccessible, expectContrast, expectNoSidewaysScroll } from "../../fixtures/accessibility.js";
import { galleryFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, MOVING, test } from "../../fixtures/test.js";

test.use(MOVING);

/**
 * Every state there is. The app itself does not compile with a state of a flow that has no sample; this list sees that a
 * sample is not lost without anybody noticing.
 */
const STATES = [
  "start", "not-found", "no-server", "verify", "verify-altered", "sign-in", "sign-in-wrong", "sign-in-frozen",
  "sign-in-working", "old-password", "old-password-wrong", "recover", "recover-typo", "recover-other-address",
  "recover-damaged", "recover-failed", "sign-up", "sign-up-taken", "show-code", "show-code-resumed",
  "sign-up-finished-elsewhere", "confirm-code", "confirm-code-wrong", "confirm-code-failed", "locked",
  "locked-damaged", "locked-frozen", "locked-old-password-gone", "locked-code", "locked-code-typo",
  "locked-code-other-backup", "locked-code-damaged", "locked-old-password", "locked-old-password-wrong",
  "locked-old-password-damaged", "locked-failed", "locked-later", "not-yet-rewrapped", "vault-empty", "vault",
  "vault-twelve", "vault-stored", "vault-deleted", "vault-deleted-unnamed", "vault-deletion-unseen", "vault-undeleted",
  "vault-all-deleted", "deleted", "deleted-frozen", "deleted-none", "vault-brought-back", "vault-brought-some-back",
  "vault-earlier-list", "vault-no-earlier-list", "vault-list-put-back", "vault-stopped", "vault-failed",
  "vault-went-back", "vault-working", "vault-unsealed", "vault-sealing", "vault-sealing-broken-off",
  "vault-sealed-again", "vault-sealed-again-but-two", "vault-unconfirmed", "vault-confirmation-sent", "vault-disputed",
  "vault-disputed-other-code", "vault-decided", "vault-frozen", "vault-lifted", "vault-deleted-account",
  "vault-taken-back", "vault-unproven", "versions", "versions-frozen", "version-restored", "version-damaged",
  "restored", "restored-one", "restored-twelve", "restored-list-only", "restored-incomplete", "settings",
  "settings-password-changed", "settings-code-replaced", "settings-code-kept", "settings-code-and-key-replaced",
  "settings-working", "settings-frozen", "settings-former-code", "settings-account-deleted", "settings-address-kept",
  "change-address", "change-address-waits", "delete-account", "delete-account-other-code", "change-password",
  "change-password-failed", "change-password-unseen", "new-code", "seen-code", "seen-code-former", "seen-code-other",
  "show-new-code", "confirm-new-code", "new-code-unseen", "show-unseen-code", "check-code", "check-code-good",
  "check-code-fails", "sessions", "session-ended", "reset-ask", "reset-link-spent", "reset-asked", "reset-choose",
  "reset-choose-messenger", "reset-choose-failed", "reset-working", "reset-done", "reset-done-messenger", "confirm",
  "confirm-change-from", "confirm-change-to", "confirm-failed", "confirm-working", "confirm-spent", "confirmed",
  "confirmed-one-side", "confirmed-change", "freeze", "freeze-spent", "freeze-spent-after-a-click", "frozen",
  "key-file", "key-file-recovery-key", "key-file-incomplete", "key-file-zip", "key-file-another", "key-file-plain",
  "key-file-plain-opened", "key-file-passphrase",
  "key-file-passphrase-wrong", "key-file-expensive", "key-file-working", "key-file-opened", "key-file-one-room",
  "key-file-left-out", "key-file-nothing", "key-file-save", "key-file-save-room", "key-file-save-failed", "key-file-saved",
  "key-file-saved-rooms", "kit-ask", "kit-ready", "dialog",
];
/** The states are shared out, so that both cores have work and no share takes long. */
const SHARES = 8;

for (let share = 0; share < SHARES; share += 1) {
  test(`share ${share + 1} of ${SHARES}: no state has a violation, in light, dark or narrow`, async ({ page, complaints }) => {
    const host = await StaticHost.start(galleryFolder());
    complaints.allowOrigin(host.url);
    await page.goto(`${host.url}gallery`);
    await expect(page.getByRole("heading", { level: 1, name: "Gallery" })).toBeVisible();
    const states = await page.locator("a[data-state]").evaluateAll((links) => links.map((link) => link.getAttribute("data-state") ?? ""));
    expect(states).toEqual(STATES);
    for (const [index, state] of STATES.entries()) {
      if (index % SHARES !== share) continue;
      await test.step(state, async () => {
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(`${host.url}gallery?state=${encodeURIComponent(state)}`);
        await expect(page.locator("html")).toHaveAttribute("data-start", "started");
        await expect(page.getByRole("link", { name: state, exact: true }), "the state itself, and not the list").toHaveCount(0);
        // A flow's state says which sample stands for its kind.
        const shows = await page.locator("[data-shows]").evaluateAll((found) => found.map((element) => element.getAttribute("data-shows") ?? ""));
        expect(STATES).toEqual(expect.arrayContaining(shows));
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
