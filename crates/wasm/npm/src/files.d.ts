/** What each build writes for its entry. */
declare module "#files" {
  /** A wasm of this package. */
  export interface WasmFile {
    /** Where it is, beside the script: a function, so that nothing is looked up at import. */
    readonly url?: () => URL;
    /** `sha384-…`. */
    readonly integrity: string;
    /** The file itself, where it is inside the script. */
    readonly bytes?: () => Uint8Array<ArrayBuffer>;
  }

  /** How much each of them exports. */
  export const EXPORTS: number;
  /** With vectors and without. */
  export const FILES: { readonly simd: WasmFile; readonly scalar: WasmFile };
}

/** The same of `keyhaven/restore`, for the script that may be asked by either. */
declare module "#restore-files" {
  export const EXPORTS: number;
}

/** The script that runs in a worker, as text. */
declare module "#worker-script" {
  const script: string;
  export default script;
}

/** Which build this is: workers that are of another one are refused. */
declare const KEYHAVEN_BUILD: string;
