//! The manifest of the app: every file with its hash, and the policy of every page, in the form that WEBCAT reads
//! (<https://docs.webcat.tech/>), so that a browser which knows the hashes from elsewhere can hold this host to them.
//!
//! It has no date and no signature: two builds of the same sources write the same manifest, and whoever publishes a
//! release signs it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value, json};

use super::digest::Digest;
use super::headers::{self, AppConfig};
use super::routes::Route;

/// Its name in a built app.
pub(super) const MANIFEST: &str = "webcat-manifest.json";

/// Writes the manifest over the files of a finished app; `digests` has each of them.
///
/// # Errors
/// When a hash is none, or the file cannot be written.
pub(super) fn write(
    routes: &[Route],
    config: &AppConfig,
    digests: &BTreeMap<String, Digest>,
    dir: &Path,
) -> anyhow::Result<()> {
    let manifest = manifest(routes, config, digests)?;
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    fs::write(dir.join(MANIFEST), text).with_context(|| format!("cannot write {MANIFEST}"))
}

fn manifest(
    routes: &[Route],
    config: &AppConfig,
    digests: &BTreeMap<String, Digest>,
) -> anyhow::Result<Value> {
    let mut files = Map::new();
    let mut wasm = Vec::new();
    for (file, digest) in digests {
        let hash = base64url(&digest.sha256_hex).with_context(|| format!("{file} has no hash"))?;
        if file.ends_with(".wasm") {
            wasm.push(hash.clone());
        }
        files.insert(format!("/{file}"), hash.into());
    }
    wasm.sort();
    let default_csp = headers::default_policy(config);
    let policies = routes
        .iter()
        .flat_map(|route| {
            headers::addresses(route)
                .into_iter()
                .map(move |path| (path, route))
        })
        .map(|(path, route)| (path, headers::policy_of(route, config)))
        .filter(|(_, policy)| *policy != default_csp);
    let extra_csp: Map<String, Value> = policies.map(|(path, policy)| (path, policy.into())).collect();
    Ok(json!({
        "manifest": {
            "name": "Keyhaven",
            "version": env!("CARGO_PKG_VERSION"),
            "default_csp": default_csp,
            "extra_csp": extra_csp,
            "default_index": "index.html",
            "default_fallback": "/index.html",
            "wasm": wasm,
            "files": files,
        },
        "signatures": {},
    }))
}

/// Hex to base64url without padding (RFC 4648, 5), as the format writes hashes.
fn base64url(hex: &str) -> anyhow::Result<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    ensure!(hex.len() == 64, "not 64 digits of hex");
    let digits = hex.chars().map(|digit| digit.to_digit(16));
    let digits: Vec<u32> = digits.collect::<Option<_>>().context("not hex")?;
    // Three digits are twelve bits are two letters; the one that is left is filled up with zeros.
    let letters = digits.chunks(3).flat_map(|digits| {
        let bits = (0..3).fold(0, |bits, index| {
            bits << 4 | digits.get(index).copied().unwrap_or(0)
        });
        let letters = if digits.len() == 3 { 2 } else { 1 };
        [bits >> 6, bits & 63].into_iter().take(letters)
    });
    letters
        .map(|value| {
            let letter = usize::try_from(value).ok().and_then(|value| ALPHABET.get(value));
            letter.map(|letter| char::from(*letter)).context("six bits")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::routes::Connect;

    fn digest(sha256_hex: &str) -> Digest {
        Digest {
            sha256_hex: sha256_hex.to_owned(),
            sha384_base64: String::new(),
        }
    }

    // SHA-256 of "abc" (FIPS 180-2, B.1).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const ABC_BASE64URL: &str = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    #[test]
    fn hashes_are_base64url() {
        assert_eq!(base64url(ABC).unwrap(), ABC_BASE64URL);
        assert!(base64url("00").is_err());
        assert!(base64url(&ABC.replace('b', "x")).is_err());
    }

    #[test]
    fn each_file_has_its_hash_and_each_page_of_another_policy_its_policy() {
        let route = |path: &str, file: &str, connect| Route {
            path: path.to_owned(),
            file: file.to_owned(),
            connect,
            program: "start".to_owned(),
        };
        let routes = [
            route("/", "index.html", Connect::Own),
            route("/matrix", "matrix/index.html", Connect::AnyHttps),
        ];
        let digests = BTreeMap::from([
            ("index.html".to_owned(), digest(ABC)),
            ("a_bg.wasm".to_owned(), digest(ABC)),
        ]);
        let config = AppConfig::own();
        let manifest = manifest(&routes, &config, &digests).unwrap();
        let manifest = &manifest["manifest"];
        assert_eq!(manifest["files"]["/index.html"], ABC_BASE64URL);
        assert_eq!(manifest["wasm"], json!([ABC_BASE64URL]));
        assert!(
            manifest["default_csp"]
                .as_str()
                .unwrap()
                .contains("connect-src 'self';")
        );
        let paths: Vec<_> = manifest["extra_csp"].as_object().unwrap().keys().collect();
        assert_eq!(paths, ["/matrix", "/matrix/", "/matrix/index.html"]);
        assert!(
            manifest["extra_csp"]["/matrix"]
                .as_str()
                .unwrap()
                .contains("'self' https:")
        );
    }
}
