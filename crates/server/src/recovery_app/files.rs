//! What the build of the app left: files, compressed copies beside them, and `pages.json` with each page's policy.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use axum::http::HeaderValue;
use bytes::Bytes;
use keyhaven_protocol::base64url;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::media_type;

/// The list of pages that the build writes.
const PAGES: &str = "pages.json";
/// For static hosts; our own answers carry these headers.
const STATIC_HOST_HEADERS: &str = "_headers";

/// Why there is no app to serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// A folder or file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// There is no list of pages: not a built app.
    #[error("this is not a built recovery app: it has no {PAGES}")]
    NoPages,
    /// The list of pages does not parse.
    #[error("{PAGES} does not parse")]
    Pages(#[source] serde_json::Error),
    /// A listed page has no file, or a policy that is no header value.
    #[error("the page {path} is listed without its file or policy")]
    Page {
        /// Its path.
        path: String,
    },
}

/// One file in the forms it can be sent in.
#[derive(Debug)]
pub(super) struct AppFile {
    pub(super) plain: Bytes,
    pub(super) gzip: Option<Bytes>,
    pub(super) brotli: Option<Bytes>,
    pub(super) media_type: HeaderValue,
    pub(super) etag: Option<HeaderValue>,
    pub(super) lifetime: Lifetime,
}

/// How long a browser may keep a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// Its name holds the hash of its content.
    Forever,
    /// Ask each time.
    AskAgain,
}

/// A page's own policy.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) content_security_policy: HeaderValue,
    file: String,
}

/// The app, ready to be served.
#[derive(Debug, Default)]
pub struct RecoveryApp {
    pages: HashMap<String, Page>,
    files: HashMap<String, AppFile>,
}

#[derive(Deserialize)]
struct ListedPage {
    path: String,
    file: String,
    content_security_policy: String,
}

impl RecoveryApp {
    /// No app: an API alone.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The app that a build left in a folder.
    ///
    /// # Errors
    /// [`AppError`]
    pub fn from_folder(folder: &Path) -> Result<Self, AppError> {
        let mut contents = HashMap::new();
        read_below(folder, "", &mut contents)?;
        Self::from_contents(contents)
    }

    /// The app of files by their path from the top, without a leading slash.
    ///
    /// # Errors
    /// [`AppError`]
    pub(super) fn from_contents(mut contents: HashMap<String, Bytes>) -> Result<Self, AppError> {
        let listed = contents.remove(PAGES).ok_or(AppError::NoPages)?;
        let listed: Vec<ListedPage> = serde_json::from_slice(&listed).map_err(AppError::Pages)?;
        // With their compressed copies, which the build makes of every file.
        contents.retain(|name, _| {
            let name = name
                .strip_suffix(".gz")
                .or_else(|| name.strip_suffix(".br"))
                .unwrap_or(name);
            name != PAGES && name != STATIC_HOST_HEADERS
        });
        let files = files(&contents);
        let mut pages = HashMap::new();
        for ListedPage {
            path,
            file,
            content_security_policy,
        } in listed
        {
            let policy = HeaderValue::try_from(content_security_policy).ok();
            let Some(policy) = policy.filter(|_| files.contains_key(&file)) else {
                return Err(AppError::Page { path });
            };
            for address in [
                path.clone(),
                format!("{}/", path.trim_end_matches('/')),
                format!("/{file}"),
            ] {
                pages.insert(
                    address,
                    Page {
                        content_security_policy: policy.clone(),
                        file: file.clone(),
                    },
                );
            }
        }
        Ok(Self { pages, files })
    }

    pub(super) fn page(&self, path: &str) -> Option<(&Page, &AppFile)> {
        let page = self.pages.get(path)?;
        Some((page, self.files.get(&page.file)?))
    }

    pub(super) fn file(&self, path: &str) -> Option<&AppFile> {
        self.files.get(path.strip_prefix('/')?)
    }
}

fn files(contents: &HashMap<String, Bytes>) -> HashMap<String, AppFile> {
    let originals = contents.iter().filter(|(name, _)| {
        let original = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".br"));
        original.is_none_or(|original| !contents.contains_key(original))
    });
    let file = |name: &String, plain: &Bytes| AppFile {
        plain: plain.clone(),
        gzip: contents.get(&format!("{name}.gz")).cloned(),
        brotli: contents.get(&format!("{name}.br")).cloned(),
        media_type: media_type::of(name),
        etag: HeaderValue::try_from(format!("\"{}\"", base64url::encode(&Sha256::digest(plain)))).ok(),
        lifetime: if is_hashed(name) {
            Lifetime::Forever
        } else {
            Lifetime::AskAgain
        },
    };
    originals
        .map(|(name, plain)| (name.clone(), file(name, plain)))
        .collect()
}

/// The build puts a hash of the content into these names: `style-0123456789abcdef.css`, `…_bg.wasm`.
fn is_hashed(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() >= 15 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read_below(folder: &Path, prefix: &str, contents: &mut HashMap<String, Bytes>) -> Result<(), AppError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| AppError::Read { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}{name}")) else {
            continue;
        };
        // Links are not followed: what is served stays inside the folder.
        let kind = entry.file_type().map_err(failed(&path))?;
        if kind.is_dir() {
            read_below(&path, &format!("{name}/"), contents)?;
        } else if kind.is_file() {
            contents.insert(name, std::fs::read(&path).map_err(failed(&path))?.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[
        {"path": "/", "file": "index.html", "content_security_policy": "default-src 'none'"},
        {"path": "/persona", "file": "persona/index.html", "content_security_policy": "connect-src 'self'"}
    ]"#;

    fn app(list: &'static str) -> Result<RecoveryApp, AppError> {
        let contents = [
            (PAGES, list),
            ("pages.json.br", "compressed"),
            (STATIC_HOST_HEADERS, "/*"),
            ("_headers.gz", "compressed"),
            ("index.html", "start"),
            ("persona/index.html", "persona"),
            ("app-0123456789abcdef_bg.wasm", "wasm"),
            ("app-0123456789abcdef_bg.wasm.br", "w"),
            ("lonely.gz", "gz"),
        ];
        let contents = contents
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Bytes::from(text)))
            .collect();
        RecoveryApp::from_contents(contents)
    }

    #[test]
    fn a_page_has_its_path_with_and_without_slash_and_its_file_name() {
        let app = app(LIST).unwrap();
        for path in ["/persona", "/persona/", "/persona/index.html"] {
            let (page, file) = app.page(path).unwrap();
            assert_eq!(page.content_security_policy, "connect-src 'self'");
            assert_eq!(file.plain, "persona");
        }
        for path in ["/", "/index.html"] {
            assert_eq!(app.page(path).unwrap().1.plain, "start");
        }
        assert!(app.page("/nowhere").is_none());
    }

    #[test]
    fn compressed_copies_belong_to_their_original() {
        let app = app(LIST).unwrap();
        let file = app.file("/app-0123456789abcdef_bg.wasm").unwrap();
        assert_eq!(file.brotli.as_deref(), Some(b"w".as_slice()));
        assert_eq!(file.lifetime, Lifetime::Forever);
        assert!(app.file("/app-0123456789abcdef_bg.wasm.br").is_none());
        assert_eq!(app.file("/lonely.gz").unwrap().lifetime, Lifetime::AskAgain);
    }

    #[test]
    fn what_is_for_the_host_is_not_served() {
        let app = app(LIST).unwrap();
        for name in ["/_headers", "/_headers.gz", "/pages.json", "/pages.json.br"] {
            assert!(app.file(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_folder_that_is_no_app_is_refused() {
        assert!(matches!(
            RecoveryApp::from_contents(HashMap::new()),
            Err(AppError::NoPages)
        ));
        assert!(matches!(app("[{}]"), Err(AppError::Pages(_))));
        let list = r#"[{"path": "/kit", "file": "kit.html", "content_security_policy": "x"}]"#;
        assert!(matches!(app(list), Err(AppError::Page { .. })));
    }

    #[test]
    fn a_folder_is_read_with_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("persona")).unwrap();
        for (name, text) in [
            (PAGES, LIST),
            ("index.html", "start"),
            ("persona/index.html", "persona"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let app = RecoveryApp::from_folder(folder.path()).unwrap();
        assert_eq!(app.page("/persona").unwrap().1.plain, "persona");
        let missing = RecoveryApp::from_folder(&folder.path().join("missing"));
        assert!(matches!(missing, Err(AppError::Read { .. })));
    }
}
