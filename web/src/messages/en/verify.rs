//! The page about the page.

pub(crate) const PAGE: &str = "Verify";
pub(crate) const TITLE: &str = "Verify this page";
pub(crate) const LEAD: &str = "What runs here, and how you can check that it is what was published.";
pub(crate) const BUILD: &str = "This build";
pub(crate) const VERSION: &str = "Version";
pub(crate) const LOADED_FROM: &str = "Loaded from";
pub(crate) const CONNECTION: &str = "Connection";
pub(crate) const SECURE: &str = "Encrypted on its way to you";
pub(crate) const NOT_SECURE: &str = "Not encrypted: only for development on your own machine";
pub(crate) const PARTS: &str = "The parts of the app";
pub(crate) const PARTS_BODY: &str = "Each page names the hashes of its parts, and your browser compares before anything runs. A part that differs by one \
     bit is refused and the page does not start. These are the parts of all pages, as this host gives them to you now.";
pub(crate) const ALL_PARTS: &str = "The same list as a file that sha256sum reads";
pub(crate) const MANIFEST: &str =
    "All files with their hashes, and the policy of each page, in the form that WEBCAT reads";
pub(crate) const HOW: &str = "How to check";
pub(crate) const HOW_STEPS: &[&str] = &[
    "Find the release with this version at the place where Keyhaven is published, not through a link on this page.",
    "Open the file SHA256SUMS of that release. It names the same files; compare the SHA-256 values with the list above.",
    "To be independent of what this page says, save its parts with your browser and run “sha256sum --check SHA256SUMS” \
     beside them.",
    "If you build Keyhaven yourself with the pinned tools, compare the hashes of your own build.",
];
pub(crate) const LIMITS: &str = "What this cannot show";
pub(crate) const LIMITS_BODY: &str = "Whoever serves this page could serve another one to you alone, and that one would claim to be right. The hashes \
     protect you against a change on the way and against a part that was swapped on a host. Against a dishonest host, \
     use a copy that you checked and run it from your own computer.";
pub(crate) const NOT_AS_NAMED: &str = "This host does not give this part as it is named here.";
pub(crate) const NOT_AS_NAMED_BODY: &str = "It was altered, or cannot be reached. A page that needs it does not start, and nothing was sent. Tell whoever runs \
     this site.";
pub(crate) const COPY: &str = "Copy the list";
pub(crate) const NO_PARTS: &str =
    "This page was started without its parts named. Do not type any secret here.";

/// What a file is: by the ending of its name, and by the program it belongs to.
pub(crate) fn part(kind: &str, program: &str) -> String {
    let of = match program {
        "persona" => "the page with your personas",
        "reset" => "the page for a new password",
        "account" => "the page about account and security",
        "letter" => "the pages behind the links of letters",
        "key-file" => "the page for key files",
        "worker" => "the slow steps, such as key derivation",
        "key-worker" => "the worker for key files",
        "start" => "the first page, the kit and this page",
        _ => "a page that this one does not know",
    };
    match kind {
        "wasm" => format!("The program of {of}"),
        "css" => "The style".to_owned(),
        "svg" => "The icon".to_owned(),
        "start" => "The starter".to_owned(),
        _ => format!("The bindings of {of}"),
    }
}
