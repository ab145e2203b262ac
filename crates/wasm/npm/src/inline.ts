/**
 * Everything, with the wasm inside the script: for where a file beside it cannot be loaded. It is a third larger, and needs
 * the vectors of WebAssembly (every browser since 2023).
 *
 * @module keyhaven/inline
 */

export * from "./index.js";
