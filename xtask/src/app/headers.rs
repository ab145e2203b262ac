//! The headers that each page is served with: as `_headers` for static hosts that read it, and as `pages.json` for our
//! own server, so that there is one place that decides whom a page may talk to.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::files;
use super::routes::{Connect, Route};

/// What every answer carries, whatever it is.
const EVERYWHERE: [(&str, &str); 6] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS),
    ("Strict-Transport-Security", "max-age=63072000"),
];

/// The clipboard is written on a click, the camera is for scanning a code, passkeys unlock. Nothing else is used.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(self), \
    clipboard-read=(), clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

/// The part of the app's `config.json` that decides about headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AppConfig {
    /// The origin of the API, if it is another than the app's.
    api_origin: Option<String>,
}

impl AppConfig {
    /// Reads `config.json` of a built app.
    ///
    /// # Errors
    /// When it cannot be read, or its `api_base` is neither empty nor an address.
    pub(super) fn read(dir: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(dir.join("config.json")).context("the app has no config.json")?;
        Self::parse(&text).context("config.json")
    }

    /// The API has the app's own origin.
    #[cfg(test)]
    pub(super) fn own() -> Self {
        Self { api_origin: None }
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Value = serde_json::from_str(text)?;
        let base = config
            .get("api_base")
            .and_then(Value::as_str)
            .context("there is no text `api_base`")?;
        if base.is_empty() {
            return Ok(Self { api_origin: None });
        }
        let (scheme, rest) = base.split_once("://").context("`api_base` has no scheme")?;
        let host = rest.split('/').next().unwrap_or_default();
        let plain = host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
        ensure!(plain && !host.is_empty(), "`api_base` names no host");
        ensure!(scheme == "https" || is_loopback(host), "`api_base` is not https");
        Ok(Self {
            api_origin: Some(format!("{scheme}://{host}")),
        })
    }
}

fn is_loopback(host: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

/// Writes `_headers` and `pages.json`.
///
/// # Errors
/// When the app cannot be listed, or a file cannot be written.
pub(super) fn write(routes: &[Route], config: &AppConfig, dir: &Path) -> anyhow::Result<()> {
    let hashed = files::below(dir)?.into_iter().filter(|file| is_hashed(file));
    fs::write(dir.join("_headers"), headers_file(routes, config, hashed)).context("cannot write _headers")?;
    let pages = serde_json::to_vec_pretty(&pages(routes, config))?;
    fs::write(dir.join("pages.json"), pages).context("cannot write pages.json")
}

fn pages(routes: &[Route], config: &AppConfig) -> Value {
    let page = |route: &Route| json!({ "path": route.path, "file": route.file, "content_security_policy": policy(route.connect, config) });
    Value::Array(routes.iter().map(page).collect())
}

fn headers_file(routes: &[Route], config: &AppConfig, hashed: impl Iterator<Item = String>) -> String {
    let mut text = "/*\n".to_owned();
    for (name, value) in EVERYWHERE {
        add_header(&mut text, name, value);
    }
    for route in routes {
        for path in addresses(route) {
            let _ = writeln!(text, "{path}");
            add_header(
                &mut text,
                "Content-Security-Policy",
                &policy(route.connect, config),
            );
            add_header(&mut text, "Cache-Control", "no-store");
        }
    }
    for file in hashed {
        let _ = writeln!(text, "/{file}");
        add_header(&mut text, "Cache-Control", "public, max-age=31536000, immutable");
    }
    text
}

fn add_header(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name}: {value}");
}

/// Every address under which a static host may serve the route's file.
pub(super) fn addresses(route: &Route) -> Vec<String> {
    let mut addresses = vec![route.path.clone(), format!("/{}", route.file)];
    if let Some(folder) = route.file.strip_suffix("index.html") {
        addresses.push(format!("/{folder}"));
    }
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The policy of a page.
pub(super) fn policy_of(route: &Route, config: &AppConfig) -> String {
    policy(route.connect, config)
}

/// The strictest policy: of every page that talks to no other host.
pub(super) fn default_policy(config: &AppConfig) -> String {
    policy(Connect::Own, config)
}

fn policy(connect: Connect, config: &AppConfig) -> String {
    let connect = match (connect, &config.api_origin) {
        (Connect::Own, _) | (Connect::Api, None) => "'self'".to_owned(),
        (Connect::Api, Some(origin)) => format!("'self' {origin}"),
        (Connect::AnyHttps, _) => "'self' https:".to_owned(),
    };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src {connect}; worker-src blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default"
    )
}

/// Trunk puts a hash of the content into these names: `style-0123456789abcdef.css`, `…_bg.wasm`.
fn is_hashed(file: &str) -> bool {
    let stem = file.split('.').next().unwrap_or(file);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit('-').next().unwrap_or_default();
    stem.contains('-') && hash.len() >= 15 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str, file: &str, connect: Connect) -> Route {
        Route {
            path: path.to_owned(),
            file: file.to_owned(),
            connect,
            program: "start".to_owned(),
        }
    }

    #[test]
    fn a_page_may_talk_only_to_whom_its_route_says() {
        let own = AppConfig { api_origin: None };
        let other = AppConfig {
            api_origin: Some("https://api.example.org".to_owned()),
        };
        let connect_src = |connect, config| {
            let policy = policy(connect, config);
            policy
                .split("; ")
                .find(|part| part.starts_with("connect-src"))
                .unwrap()
                .to_owned()
        };
        assert_eq!(connect_src(Connect::Own, &other), "connect-src 'self'");
        assert_eq!(connect_src(Connect::Api, &own), "connect-src 'self'");
        assert_eq!(
            connect_src(Connect::Api, &other),
            "connect-src 'self' https://api.example.org"
        );
        assert_eq!(connect_src(Connect::AnyHttps, &own), "connect-src 'self' https:");
    }

    #[test]
    fn every_address_of_a_page_has_its_policy_and_hashed_files_may_be_kept() {
        let routes = [
            route("/", "index.html", Connect::Own),
            route("/persona", "persona/index.html", Connect::Api),
        ];
        let config = AppConfig { api_origin: None };
        let text = headers_file(
            &routes,
            &config,
            std::iter::once("a-0123456789abcdef.js".to_owned()),
        );
        let blocks: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
        assert_eq!(
            blocks,
            [
                "/*",
                "/",
                "/index.html",
                "/persona",
                "/persona/",
                "/persona/index.html",
                "/a-0123456789abcdef.js"
            ]
        );
        assert_eq!(
            text.matches("Content-Security-Policy: default-src 'none'")
                .count(),
            5
        );
        assert_eq!(text.matches("immutable").count(), 1);
    }

    #[test]
    fn only_names_with_a_hash_count_as_hashed() {
        assert!(is_hashed("style-0123456789abcdef.css"));
        assert!(is_hashed("keyhaven-start-0123456789abcdef_bg.wasm"));
        for plain in [
            "index.html",
            "config.json",
            "password-reset.html",
            "start-up.js",
            "0123456789abcdef.js",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }

    #[test]
    fn the_base_of_the_api_is_an_origin_of_https_or_loopback() {
        let origin =
            |base: &str| AppConfig::parse(&format!(r#"{{"api_base":"{base}"}}"#)).map(|c| c.api_origin);
        assert_eq!(origin("").unwrap(), None);
        assert_eq!(
            origin("https://a.example:8443/keys").unwrap().as_deref(),
            Some("https://a.example:8443")
        );
        assert_eq!(
            origin("http://127.0.0.1:8000").unwrap().as_deref(),
            Some("http://127.0.0.1:8000")
        );
        for bad in [
            "a.example",
            "http://a.example",
            "http://localhost.example",
            "https://",
            "https://a b",
            "https://a;b",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }
}
