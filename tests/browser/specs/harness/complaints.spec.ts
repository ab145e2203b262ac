// A check that cannot fail checks nothing: each thing that the harness must notice is done here on purpose.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "../../fixtures/test.js";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'";

/** Serves one page, whose script is `script`, under our kind of policy. */
async function host(body: string, script: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    if (request.url === "/script.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    } else {
      const type = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
      response.writeHead(200, type).end(`<!doctype html><title>t</title>${body}<script src="/script.js"></script>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

const SINS = [
  { name: "an inline script", body: "<script>1</script>", script: "", expected: /script-src-elem refused/ },
  { name: "an inline style", body: "<p style='color:red'>", script: "", expected: /style-src-attr refused/ },
  {
    name: "markup from a string",
    body: "<p>",
    script: "document.querySelector('p').innerHTML = '<b>x</b>'",
    expected: /require-trusted-types-for refused/,
  },
  {
    name: "a request to a third party",
    body: "",
    script: "fetch('https://elsewhere.invalid/').catch(() => {})",
    expected: /connect-src refused https:\/\/elsewhere\.invalid/,
  },
  { name: "a dialog of the browser", body: "", script: "alert('boo')", expected: /a dialog of the browser: boo/ },
  { name: "an uncaught error", body: "", script: "throw new Error('broken')", expected: /uncaught: broken/ },
  { name: "a console error", body: "", script: "console.error('broken')", expected: /console: broken/ },
  { name: "a missing file", body: "<link rel=stylesheet href=//127.0.0.1:1/a.css>", script: "", expected: /style-src-elem refused/ },
];

for (const { name, body, script, expected } of SINS) {
  test(`${name} is noticed`, async ({ page, complaints }) => {
    const { url, server } = await host(body, script);
    complaints.allowOrigin(url);
    await page.goto(url);
    await expect.poll(() => complaints.all.some((what) => expected.test(what))).toBe(true);
    // The browser may say it in several ways; what is left of them is not this test's concern.
    complaints.expect(expected);
    if (complaints.all.length > 0) complaints.expect(/./);
    server.close();
  });
}

test("a page that behaves is not complained about", async ({ page, complaints }) => {
  const { url, server } = await host("<p>x</p>", "document.querySelector('p').textContent = 'y'");
  complaints.allowOrigin(url);
  await page.goto(url);
  await expect(page.getByText("y")).toBeVisible();
  expect(complaints.all).toEqual([]);
  expect(() => complaints.expect(/anything/)).toThrow("did not complain");
  server.close();
});

test("a request to an origin that was not allowed is noticed", async ({ page, complaints }) => {
  const { url, server } = await host("", "");
  await page.goto(url);
  complaints.expect(/^request to http:\/\/127\.0\.0\.1:/);
  server.close();
});
