// The worker of run.mjs.

import { run } from "/page/run.mjs";

globalThis.onmessage = async ({ data }) => {
  try {
    globalThis.postMessage(await run(data));
  } catch (error) {
    globalThis.postMessage({ failed: String(error) });
  }
};
