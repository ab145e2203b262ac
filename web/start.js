// The starter: the only script of ours that is not WebAssembly. It must stay small enough to be read in one sitting.

// Before everything that may throw it: a class does not exist until its line has run.
class StartError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

// The address of what workers run, once it was checked.
let workerAddress = null;

const handed = takeAddress();
followLinksInto();
installPolicy();
runPage(handed).catch((error) => fail(error instanceof StartError ? error.reason : "unknown"));

// A reset code must not stay in the address bar, in the history or in a Referer. So this comes before anything that
// can fail, wait or make a request. What was taken is handed to the app once and kept nowhere else.
function takeAddress() {
  const handed = { query: location.search, fragment: location.hash };
  if (handed.query !== "" || handed.fragment !== "") {
    history.replaceState(null, "", location.pathname);
  }
  return handed;
}

// A mailed link that is opened in a tab which shows the page already changes the fragment only: no document is loaded.
// Loading it anew takes the code out of the address bar and gives it to the app. The skip link carries no value.
function followLinksInto() {
  self.addEventListener("hashchange", () => {
    if (location.hash.includes("=")) location.reload();
  });
}

// Leptos sets the HTML of its templates as a plain string, which only a policy named "default" can let through. Our
// templates have no script, frame, style, event attribute or address with code, so anything that has one is refused.
function installPolicy() {
  if (!self.trustedTypes) return;
  const refused =
    /<\s*\/?\s*(script|iframe|frame|frameset|object|embed|applet|style|link|meta|base|portal|fencedframe)\b|[\s"'/]on[a-z]+\s*=|javascript\s*:|srcdoc\s*=/i;
  self.trustedTypes.createPolicy("default", {
    createHTML: (html) => (refused.test(html) ? null : html),
    createScript: () => null,
    createScriptURL: (address) => (address === workerAddress ? address : null),
  });
}

async function runPage(handed) {
  document.documentElement.dataset.start = "starting";
  self.addEventListener("keyhaven-crashed", () => fail("crashed"), { once: true });
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) throw new StartError("browser");

  const glue = partOfPage('link[rel="modulepreload"]');
  const program = partOfPage('link[rel="preload"][as="fetch"]');
  const worker = workerOfPage();
  // Without its style a page could hide a warning, so the app does not start either.
  for (const style of document.querySelectorAll('link[rel="stylesheet"]')) {
    if (!isApplied(style)) throw new StartError(await whyNot(style));
  }

  // Browsers ignore the integrity of a wasm preload, so the fetch itself has to ask for it.
  const [response, bindings] = await Promise.all([
    fetchProgram(program),
    import(glue.href).catch(async () => {
      throw new StartError(await whyNot(glue));
    }),
    checkPage(),
  ]);
  const module = await compile(response);
  await bindings.default({ module_or_path: module });
  const loaded = deferred();
  const spawnWorker = async () => spawn(await loaded.promise);
  bindings.start_page(new URL(".", import.meta.url).href, handed.query, handed.fragment, spawnWorker);
  document.documentElement.dataset.start = "started";
  notice().hidden = true;
  // Slow steps have a program of their own. It is loaded when the page is there, and before anybody can have typed a
  // secret: a page with an altered part stops, whichever part it is.
  if (worker) loaded.resolve(await load(worker));
}

// A worker cannot be given an integrity value, and what a browser loads twice may differ. So workers run these very
// bytes: the checked bindings, with what starts them behind.
async function load({ glue, program }) {
  const [response, bindings] = await Promise.all([fetchProgram(program), fetchChecked(glue)]);
  const parts = [await bindings.text(), `\n(${runWorker})();`];
  workerAddress = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  return compile(response);
}

function spawn(module) {
  const worker = new Worker(workerAddress);
  return new Promise((resolve, reject) => {
    // Its first message says that it listens; what is posted before that would be lost.
    worker.addEventListener("message", () => resolve(worker), { once: true });
    worker.addEventListener("error", reject, { once: true });
    worker.postMessage(module);
  });
}

// Runs in a worker, where the bindings before it are called `wasm_bindgen`, and sees nothing else of this file.
function runWorker() {
  self.addEventListener(
    "message",
    async ({ data: module }) => {
      try {
        await wasm_bindgen({ module_or_path: module });
        wasm_bindgen.start_worker();
      } catch (error) {
        // A rejected promise would stay in here; this reaches the page, which then gives up waiting.
        reportError(error);
      }
    },
    { once: true },
  );
}

// A promise that is settled from outside.
function deferred() {
  let resolve;
  return { promise: new Promise((settle) => (resolve = settle)), resolve };
}

// What the page names is held to its hash, and nothing holds the page. So it carries a hash of itself, taken as if that
// hash were not there. This finds damage, of a disk or by a proxy; who alters a page on purpose can take it out.
async function checkPage() {
  // Browsers have it for pages over HTTPS and of this machine.
  if (!crypto.subtle) return;
  const text = await textOfPage();
  const named = / data-page-integrity="sha384-([^"]+)"/.exec(text)?.[1];
  const hash = await crypto.subtle.digest("SHA-384", new TextEncoder().encode(text.replace(named, "")));
  if (named !== btoa(String.fromCharCode(...new Uint8Array(hash)))) throw new StartError("altered");
}

async function textOfPage() {
  const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) throw new StartError("offline");
  return response.text();
}

// A refused style has no sheet. One that did not come has an empty sheet, or one that throws.
function isApplied(style) {
  try {
    return style.integrity && style.sheet.cssRules.length > 0;
  } catch {}
}

// An element of the page that names a file and its hash. Without the hash nothing is loaded.
function partOfPage(selector, attribute = "href") {
  const element = document.querySelector(selector);
  if (!element?.[attribute] || !element.integrity) throw new StartError("altered");
  return { href: element[attribute], integrity: element.integrity };
}

// What workers run. A page that has no slow steps names nothing.
function workerOfPage() {
  const { workerGlue, workerGlueIntegrity, workerProgram, workerProgramIntegrity } =
    document.querySelector("script[type=module]").dataset;
  if (workerProgram === undefined) return null;
  if (!workerGlue || !workerGlueIntegrity || !workerProgramIntegrity) throw new StartError("altered");
  return {
    glue: { href: new URL(workerGlue, document.baseURI).href, integrity: workerGlueIntegrity },
    program: { href: new URL(workerProgram, document.baseURI).href, integrity: workerProgramIntegrity },
  };
}

async function fetchProgram(part) {
  const response = await fetchChecked(part);
  if (!response.headers.get("content-type")?.startsWith("application/wasm")) throw new StartError("host");
  return response;
}

function compile(response) {
  return WebAssembly.compileStreaming(response).catch(() => {
    throw new StartError("browser");
  });
}

async function fetchChecked(part) {
  try {
    const response = await fetch(part.href, { integrity: part.integrity, credentials: "same-origin" });
    if (!response.ok) throw new StartError("offline");
    return response;
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(await whyNot(part));
  }
}

// A refused file and an unreachable one fail alike. Asking again without the check, and using nothing of the
// answer, tells the person which it was.
async function whyNot(part) {
  try {
    const response = await fetch(part.href, { cache: "no-store", credentials: "same-origin" });
    return response.ok ? "altered" : "offline";
  } catch {
    return "offline";
  }
}

const notice = () => document.getElementById("not-started");

function fail(reason) {
  // Nothing more can be typed into a program that stopped. The static page stays usable.
  if (document.documentElement.dataset.start === "started") document.getElementById("app").inert = true;
  document.documentElement.dataset.start = "failed";
  // In an altered page any of these may be gone.
  const shown = document.getElementById(`reason-${reason}`) ?? document.getElementById("reason-unknown");
  for (const other of document.querySelectorAll("[id^=reason-]")) other.hidden = other !== shown;
  const place = notice() ?? shown;
  if (place) {
    place.hidden = false;
    place.scrollIntoView();
  }
}
