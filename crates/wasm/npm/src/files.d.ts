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
