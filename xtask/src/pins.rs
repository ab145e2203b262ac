//! The versions that set-up installs, each written once. Tests hold them to what the other files of the checkout say.

/// The command-line half of wasm-bindgen: it must equal the library's version exactly.
pub(crate) const WASM_BINDGEN: &str = "0.2.129";
/// The newest Trunk that the pinned toolchain compiles.
pub(crate) const TRUNK: &str = "0.21.14";
/// Binaryen, for `wasm-opt`.
pub(crate) const BINARYEN: &str = "132.0.0";
/// The licence and source check.
pub(crate) const CARGO_DENY: &str = "0.20.2";
/// The spelling check.
pub(crate) const TYPOS: &str = "1.52.0";
/// The oldest Node.js that the build tools and tests run on.
pub(crate) const NODE_MAJOR: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    fn read(path: &str) -> String {
        let workspace = Workspace::locate().unwrap();
        std::fs::read_to_string(workspace.path(path)).unwrap()
    }

    fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
        let line = text
            .lines()
            .find(|line| line.split('=').next().is_some_and(|name| name.trim() == key))?;
        line.split('"').nth(1)
    }

    #[test]
    fn cargo_manifest_and_trunk_name_the_same_wasm_bindgen() {
        assert_eq!(
            value_of(&read("Cargo.toml"), "wasm-bindgen"),
            Some(format!("={WASM_BINDGEN}").as_str())
        );
        assert_eq!(value_of(&read("Trunk.toml"), "wasm_bindgen"), Some(WASM_BINDGEN));
    }

    #[test]
    fn lock_file_holds_the_pinned_wasm_bindgen() {
        let lock = read("Cargo.lock");
        let after = lock
            .split("name = \"wasm-bindgen\"\n")
            .nth(1)
            .expect("wasm-bindgen is locked");
        assert_eq!(value_of(after, "version"), Some(WASM_BINDGEN));
    }

    #[test]
    fn npm_manifest_names_the_pinned_binaryen() {
        let manifest: serde_json::Value = serde_json::from_str(&read("xtask/npm/package.json")).unwrap();
        assert_eq!(manifest["dependencies"]["binaryen"], BINARYEN);
    }
}
