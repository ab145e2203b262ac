// A flipped bit on the way: the app does not start, and the page says why. A control shows that the
// check is what stops it.
import { appFolder } from "../../fixtures/environment.js";
import { StaticHost } from "../../fixtures/static-host.js";
import { expect, test } from "../../fixtures/test.js";
import { App } from "../../pages/app.js";
import { AppFrame } from "../../pages/app-frame.js";

const ALTERED = /This page was altered on its way to you/;

/** Changes the file without breaking it: another program that would run as well. */
function alterText(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from("\n")]);
}

/** A custom section of no meaning at the end: the module stays valid. */
function alterWasm(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from([0, 2, 1, 0x78])]);
}

const isStarter = (path: string): boolean => /^start-[0-9a-f]+\.js$/.test(path);
const isWasm = (path: string): boolean => path.endsWith(".wasm");
const isStyle = (path: string): boolean => path.endsWith(".css");
const isGlueOf = (program: string) => (path: string) => new RegExp(`^keyhaven-${program}-[0-9a-f]+\\.js$`).test(path);
const isModuleOf = (program: string) => (path: string) => path.startsWith(`keyhaven-${program}-`) && isWasm(path);

/** A page of each program, and the program that does its slow steps in workers, if it has some. */
const PROGRAMS: readonly { program: string; path: string; worker?: string }[] = [
  { program: "start", path: "" },
  { program: "letter", path: "confirm/" },
  { program: "persona", path: "persona/", worker: "worker" },
  { program: "account", path: "account/", worker: "worker" },
  { program: "reset", path: "password/reset.html", worker: "worker" },
  { program: "key-file", path: "key-file/", worker: "key-worker" },
];

const PARTS = [
  ...PROGRAMS.flatMap(({ program, path }) => [
    { name: `program ${program}`, path, is: isModuleOf(program), alter: alterWasm, reason: ALTERED },
    { name: `glue of ${program}`, path, is: isGlueOf(program), alter: alterText, reason: ALTERED },
  ]),
  ...PROGRAMS.flatMap(({ program, path, worker }) => worker === undefined ? [] : [
    { name: `program of the workers of ${program}`, path, is: isModuleOf(worker), alter: alterWasm, reason: ALTERED },
    { name: `glue of the workers of ${program}`, path, is: isGlueOf(worker), alter: alterText, reason: ALTERED },
  ]),
  { name: "style", path: "", is: isStyle, alter: alterText, reason: ALTERED },
  // The starter cannot speak for itself: the page's own notice has to.
  { name: "starter", path: "", is: isStarter, alter: alterText, reason: /the page may have been altered on its way to you/ },
];

for (const { name, path, is, alter, reason } of PARTS) {
  test(`an altered ${name} is refused, and the page says why`, async ({ page, complaints }) => {
    let altered = 0;
    const host = await StaticHost.start(appFolder(), {
      alter: (file, bytes) => {
        if (!is(file)) return bytes;
        altered += 1;
        return alter(bytes);
      },
    });
    complaints.allowOrigin(host.url);
    await page.goto(host.url + path);
    await new AppFrame(page).expectRefused(reason);
    expect(altered, "the file was asked for").toBeGreaterThan(0);
    complaints.expect(/integrity/i);
    await host.close();
  });
}

test("a program with the wrong content type is refused, and the page names the host", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder(), {
    contentType: (path) => (isWasm(path) ? "application/octet-stream" : undefined),
  });
  complaints.allowOrigin(host.url);
  await page.goto(host.url);
  await new AppFrame(page).expectRefused(/has\s+to\s+set the type “application\/wasm”/);
  await host.close();
});

test("a worker that is not let in: the page says so instead of waiting for ever", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder(), {
    alterHeader: (_, value) => value.replace("worker-src blob:", "worker-src 'none'"),
  });
  complaints.allowOrigin(host.url);
  await page.route(/\/persona\/v1\/kdf/, (route) =>
    route.fulfill({ json: { derivations: [{ kdf: { memory_kib: 19_456, passes: 2, lanes: 1 }, server_salt: Buffer.alloc(32).toString("base64url") }] } }),
  );
  const app = App.quick(page, host.url.replace(/\/$/, ""));
  await app.open("/persona");
  await app.persona.signIn({ address: "ada@example.org", password: "walrus kettle orbit plum" });
  await expect(app.persona.problem).toContainText("This device could not finish the computation.");
  complaints.expect(/worker-src/);
  await host.close();
});

test("what a worker runs is what was checked: nothing is loaded a second time", async ({ page, complaints }) => {
  const asked = new Map<string, number>();
  const host = await StaticHost.start(appFolder(), {
    alter: (path, bytes) => {
      asked.set(path, (asked.get(path) ?? 0) + 1);
      // A host that answers well until somebody looks away.
      return asked.get(path) === 1 || !path.startsWith("keyhaven-worker-") ? bytes : Buffer.from("altered");
    },
    header: () => [["cache-control", "no-store"]],
  });
  complaints.allowOrigin(host.url);
  await page.route(/\/persona\/v1\/kdf/, (route) =>
    route.fulfill({ json: { derivations: [{ kdf: { memory_kib: 19_456, passes: 2, lanes: 1 }, server_salt: Buffer.alloc(32).toString("base64url") }] } }),
  );
  const app = App.quick(page, host.url.replace(/\/$/, ""));
  await app.open("/persona");
  const derived = page.waitForRequest(/\/persona\/v1\/sessions/);
  await app.persona.signIn({ address: "ada@example.org", password: "walrus kettle orbit plum" });
  await derived;
  const parts = [...asked].filter(([path]) => path.startsWith("keyhaven-worker-"));
  expect(parts.map(([, times]) => times)).toEqual([1, 1]);
  await host.close();
});

test("control: without its hash in the page, an altered starter runs", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder(), {
    alter: (path, bytes) => {
      if (isStarter(path)) return Buffer.concat([bytes, Buffer.from('\ndocument.documentElement.dataset.altered = "yes";\n')]);
      if (path !== "index.html") return bytes;
      return Buffer.from(bytes.toString().replace(/<script[^>]*>/, (tag) => tag.replace(/ integrity="[^"]*"/, "")));
    },
  });
  complaints.allowOrigin(host.url);
  await page.goto(host.url);
  await expect(page.locator("html")).toHaveAttribute("data-altered", "yes");
  await host.close();
});

test("a page whose hashes were taken out does not start", async ({ page, complaints }) => {
  const host = await StaticHost.start(appFolder(), {
    alter: (path, bytes) => {
      if (path !== "index.html") return bytes;
      return Buffer.from(bytes.toString().replaceAll(/<link[^>]*>/g, (tag) => tag.replace(/ integrity="[^"]*"/, "")));
    },
  });
  complaints.allowOrigin(host.url);
  await page.goto(host.url);
  await new AppFrame(page).expectRefused(ALTERED);
  await host.close();
});
