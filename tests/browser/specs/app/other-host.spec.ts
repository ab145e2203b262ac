// The app on one host and the server on another: `config.json` names the server, and the page may speak to nobody else.
import { randomBytes } from "node:crypto";

import { appFolder } from "../../fixtures/environment.js";
import { Server } from "../../fixtures/server.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, QUICK_DERIVATION, test } from "../../fixtures/test.js";
import { App } from "../../pages/app.js";

const PREFIX = "/tools/recovery/";
const FILE = { name: "work.persona", bytes: randomBytes(70_001) };

/** A static host whose app names this server; its pages may connect to it, as the build would have written it. */
function hostFor(api: () => string): Promise<StaticHost> {
  return StaticHost.start(appFolder(), {
    prefix: PREFIX,
    alter: (path, bytes) => (path === "config.json" ? Buffer.from(JSON.stringify({ api_base: api() })) : bytes),
    alterHeader: (name, value) =>
      name.toLowerCase() === "content-security-policy" ? value.replace("connect-src 'self'", `connect-src 'self' ${api()}`) : value,
  });
}

test("an account is made and opened from a static host under a path", async ({ page, complaints }) => {
  let api = "";
  const host = await hostFor(() => api);
  const { origin } = new URL(host.url);
  const server = await Server.start(`allowed_origins = [${JSON.stringify(origin)}]\n${QUICK_DERIVATION}`);
  api = server.origin;
  complaints.allowOrigin(api);
  complaints.allowOrigin(origin);
  try {
    const app = App.quick(page, host.url.replace(/\/$/, ""));
    await app.signUp();
    await app.vault.store(FILE, "Work");
    await app.signIn();
    await app.vault.restoreAll("1 of 1 persona restored and checked.");
    expect((await app.vault.save("Work")).bytes.equals(FILE.bytes)).toBe(true);
    // The same account from the server's own pages: what is derived is bound to the server, not to the host of the app.
    await App.quick(page, server.origin).signIn();
  } finally {
    complaints.stopListening();
    await server.stop();
    await host.close();
  }
});

test("a host that the server does not know gets no answer, and the page says so", async ({ page, complaints }) => {
  let api = "";
  const host = await hostFor(() => api);
  const server = await Server.start(QUICK_DERIVATION);
  api = server.origin;
  complaints.allowOrigin(api);
  complaints.allowOrigin(host.url);
  try {
    const app = App.quick(page, host.url.replace(/\/$/, ""));
    await app.open("/persona");
    await app.persona.signIn({ address: "ada@example.org", password: "walrus kettle orbit plum" });
    await expect(app.persona.problem).toContainText(/could not be reached|did not let this page talk/);
    complaints.expect(/CORS|ERR_FAILED/);
  } finally {
    complaints.stopListening();
    await server.stop();
    await host.close();
  }
});
