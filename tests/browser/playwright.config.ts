import { defineConfig } from "@playwright/test";

import { chromiumPath } from "./fixtures/environment.js";

const inCi = process.env["CI"] !== undefined;

export default defineConfig({
  testDir: "specs",
  outputDir: "../../target/browser-tests",
  // Key derivation takes 64 MiB and a second of one core each time, on purpose: more workers than this wait for cores.
  workers: 2,
  fullyParallel: true,
  forbidOnly: inCi,
  // A test that passes on the second try has found something: it is looked into, not repeated.
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    headless: true,
    locale: "en-GB",
    timezoneId: "UTC",
    // A bar that moves is painted sixty times a second while keys are derived, a tenth of what a test costs. What looks
    // at the app as most people see it asks for motion: MOVING.
    contextOptions: { reducedMotion: "reduce" },
    acceptDownloads: true,
    screenshot: "only-on-failure",
    // A trace costs more than the test itself. Ask for one where it is needed: `npx playwright test --trace on NAME`.
    trace: "off",
    launchOptions: {
      executablePath: chromiumPath(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "harness", testMatch: /harness\/.*\.spec\.ts/ },
    { name: "wide", testMatch: /(app|gallery|key-file|persona)\/.*\.spec\.ts/, use: { viewport: { width: 1024, height: 768 } } },
    {
      // The narrowest screen that WCAG 2.2 asks for (1.4.10, reflow).
      name: "narrow",
      testMatch: /persona\/story\.spec\.ts/,
      use: { viewport: { width: 320, height: 640 }, hasTouch: true },
    },
  ],
});
