// The worker of page.ts.

import type { Engine } from "./compare.ts";
import { type Told, run } from "./page.ts";

const tell = (told: Told) => globalThis.postMessage(told);

globalThis.onmessage = ({ data }: MessageEvent<Engine>) => {
  run(data).then(
    (ran) => tell({ ran }),
    (error: unknown) => tell({ failed: String(error) }),
  );
};
