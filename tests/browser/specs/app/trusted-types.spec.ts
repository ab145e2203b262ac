// The one policy of the page lets through the plain HTML of our own templates and nothing that could run.
import type { Page } from "@playwright/test";

import { appFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";
import { AppFrame, PAGES } from "../../pages/app-frame.js";

/** HTML that runs something, or loads something that does. */
const DANGEROUS = [
  "<script>ran()</script>",
  "< script src=//elsewhere.example></script>",
  "<img src=x onerror=ran()>",
  "<svg/onload=ran()>",
  "<b\nonclick = ran()>",
  '<a href="javascript:ran()">here</a>',
  '<a href=" JavaScript :ran()">here</a>',
  "<iframe src=//elsewhere.example></iframe>",
  '<b srcdoc="x">',
  "<object data=x></object>",
  "<embed src=x>",
  "<style>*{}</style>",
  "<link rel=stylesheet href=//elsewhere.example>",
  "<meta http-equiv=refresh content=0>",
  "<base href=//elsewhere.example>",
];

/** What became of a try: the name of the error, or that it went through. */
function tryHtml(page: Page, html: string): Promise<string> {
  return page.evaluate((html) => {
    try {
      document.createElement("div").innerHTML = html;
      return "went through";
    } catch (error) {
      return (error as Error).name;
    }
  }, html);
}

/** Until the browser has told of what it refused, which it does in tasks of their own. */
async function reported(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((later) => setTimeout(later, 200)));
}

for (const { path, heading } of [PAGES[0], PAGES[1]]) {
  test(`HTML that could run is refused at /${path}, and plain HTML is not`, async ({ page, complaints }) => {
    const host = await StaticHost.start(appFolder());
    complaints.allowOrigin(host.url);
    await page.goto(host.url + path);
    await new AppFrame(page).expectStarted(heading);
    for (const html of DANGEROUS) {
      expect(await tryHtml(page, html), html).toBe("TypeError");
    }
    expect(await tryHtml(page, "<p class=card>one <b>two</b></p>"), "control").toBe("went through");
    await reported(page);
    complaints.expect(/require-trusted-types-for|TrustedHTML/);
    await host.close();
  });
}

test("no text becomes a script, no other address a worker, and no other policy is made", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder());
  complaints.allowOrigin(host.url);
  await page.goto(`${host.url}persona`);
  await new AppFrame(page).expectStarted("Sign in");
  const tries = await page.evaluate(async () => {
    // Within the call of the test itself the browser lets texts be evaluated.
    await new Promise((later) => setTimeout(later));
    const outcome = (attempt: () => unknown): string => {
      try {
        attempt();
        return "went through";
      } catch (error) {
        return (error as Error).name;
      }
    };
    const types = (globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes;
    const blob = URL.createObjectURL(new Blob(["postMessage(1)"], { type: "text/javascript" }));
    return {
      "eval of a text": outcome(() => (0, eval)("1")),
      "a function of a text": outcome(() => new Function("return 1")),
      "the text of a script": outcome(() => (document.createElement("script").text = "1")),
      "the address of a script": outcome(() => (document.createElement("script").src = "/start.js")),
      "another worker": outcome(() => new Worker(blob)),
      "another policy": outcome(() => types.createPolicy("other", {})),
      "the default policy again": outcome(() => types.createPolicy("default", {})),
    };
  });
  for (const [attempt, outcome] of Object.entries(tries)) expect(outcome, attempt).toMatch(/^(TypeError|EvalError)$/);
  await reported(page);
  complaints.expect(/require-trusted-types-for|trusted-types|script-src|unsafe-eval|Trusted/);
  await host.close();
});
