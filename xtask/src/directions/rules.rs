//! The rules. A new edge between our packages needs a decision record first, and then a line here.

use super::graph::{Graph, Package};

/// Each folder with the packages of ours that it may name.
const EDGES: [(&str, &[&str]); 13] = [
    ("crates/protocol", &[]),
    ("crates/curve25519-many", &[]),
    ("crates/core", &["keyhaven-protocol", "keyhaven-curve25519-many"]),
    ("crates/webcrypto", &["keyhaven-core"]),
    ("crates/client", &["keyhaven-core", "keyhaven-protocol"]),
    (
        "crates/wasm",
        &[
            "keyhaven-client",
            "keyhaven-core",
            "keyhaven-curve25519-many",
            "keyhaven-protocol",
        ],
    ),
    ("crates/storage", &["keyhaven-protocol"]),
    ("crates/page-checksums", &[]),
    (
        "crates/storage-sql",
        &["keyhaven-storage", "keyhaven-protocol", "keyhaven-page-checksums"],
    ),
    (
        "crates/server",
        &["keyhaven-storage", "keyhaven-storage-sql", "keyhaven-protocol"],
    ),
    (
        "web",
        &[
            "keyhaven-client",
            "keyhaven-core",
            "keyhaven-webcrypto",
            "keyhaven-protocol",
        ],
    ),
    (
        "web/key-worker",
        &[
            "keyhaven-client",
            "keyhaven-core",
            "keyhaven-curve25519-many",
            "keyhaven-webcrypto",
        ],
    ),
    ("xtask", &[]),
];

/// What must not be linked, however many steps away.
const NEVER_LINKED: [NeverLinked; 4] = [
    NeverLinked {
        folder: "crates/server",
        names: &["keyhaven-core", "keyhaven-webcrypto", "keyhaven-client"],
        because: "the server cannot decrypt, because that code is not in it",
    },
    NeverLinked {
        folder: "crates/core",
        names: &OUTSIDE_WORLD,
        because: "it has no I/O, clock or randomness of its own",
    },
    NeverLinked {
        folder: "crates/client",
        names: &OUTSIDE_WORLD,
        because: "a flow is driven by whoever runs it",
    },
    NeverLinked {
        folder: "web",
        names: &["keyhaven-wasm"],
        because: "the app is not a user of the npm package",
    },
];

#[derive(Debug)]
struct NeverLinked {
    folder: &'static str,
    names: &'static [&'static str],
    because: &'static str,
}

/// Async runtimes, the browser, servers. A name that ends in `*` stands for all that begin so.
const OUTSIDE_WORLD: [&str; 14] = [
    "tokio",
    "async-std",
    "smol",
    "async-io",
    "mio",
    "axum",
    "hyper",
    "reqwest",
    "leptos*",
    "web-sys",
    "js-sys",
    "wasm-bindgen*",
    "gloo*",
    "getrandom",
];

/// Foreign edges that are not followed.
const TOLERATED: [(&str, &str); 1] = [
    // For zip's own encryption and for hash maps. We write and read archives without encryption, and what we derive
    // from randomness takes it as a parameter.
    ("zip", "getrandom"),
];

/// Everything that breaks a rule, each as one line.
pub(super) fn broken(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for package in graph.ours() {
        broken.extend(unlisted_edges(graph, package));
        broken.extend(forbidden_links(graph, package));
        broken.extend(anyhow_in_library(graph, package));
    }
    broken
}

fn unlisted_edges(graph: &Graph, package: &Package) -> Vec<String> {
    let folder = package.folder.as_deref().unwrap_or_default();
    // Black-box suites: nothing depends on them.
    if folder.starts_with("tests/") {
        return Vec::new();
    }
    let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == folder) else {
        return vec![format!("{folder} is not in the table of crates")];
    };
    let ours = graph
        .direct(package)
        .filter(|dependency| dependency.folder.is_some());
    let unlisted = ours.filter(|dependency| !allowed.contains(&dependency.name.as_str()));
    unlisted
        .map(|dependency| format!("{folder} may not depend on {}", dependency.name))
        .collect()
}

fn forbidden_links(graph: &Graph, package: &Package) -> Vec<String> {
    let rules = NEVER_LINKED
        .iter()
        .filter(|rule| package.folder.as_deref() == Some(rule.folder));
    rules
        .flat_map(|rule| {
            let linked = graph.linked(package, &TOLERATED).into_iter();
            let forbidden = linked.filter(|(to, _)| rule.names.iter().any(|name| matches(name, &to.name)));
            forbidden.map(|(_, way)| format!("{way}: {}", rule.because))
        })
        .collect()
}

/// The server's library is held to this by its sources, since its binary shares the manifest.
fn anyhow_in_library(graph: &Graph, package: &Package) -> Option<String> {
    let folder = package.folder.as_deref()?;
    let library = package.has_library && folder.starts_with("crates/") && folder != "crates/server";
    let uses = library
        && graph
            .direct(package)
            .any(|dependency| dependency.name == "anyhow");
    uses.then(|| format!("{folder} is a library and has typed errors, not anyhow"))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::workspace::Workspace;

    fn broken_in(entries: &[(&str, &[&str])]) -> Vec<String> {
        broken(&Graph::drawn(entries))
    }

    #[test]
    fn the_table_itself_breaks_no_rule() {
        assert_eq!(broken_in(&EDGES), Vec::<String>::new());
    }

    #[test]
    fn the_table_is_the_one_that_people_read() {
        let architecture = Workspace::locate().unwrap().path("ARCHITECTURE.md");
        let text = std::fs::read_to_string(architecture).unwrap();
        let quoted = |cell: &str| {
            cell.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect::<BTreeSet<_>>()
        };
        let rows: BTreeMap<String, BTreeSet<String>> = text
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|row| {
                let cells: Vec<&str> = row.split('|').collect();
                Some((
                    cells.first()?.split('`').next()?.to_owned(),
                    quoted(cells.get(2)?),
                ))
            })
            .collect();
        for (folder, allowed) in EDGES.iter().filter(|(folder, _)| *folder != "xtask") {
            let allowed = allowed
                .iter()
                .map(|name| name.replace("keyhaven-", ""))
                .collect::<BTreeSet<_>>();
            assert_eq!(rows.get(*folder), Some(&allowed), "{folder} in ARCHITECTURE.md");
        }
    }

    #[test]
    fn an_edge_that_is_not_listed_is_named() {
        let broken = broken_in(&[
            ("crates/protocol", &[]),
            ("crates/storage", &["keyhaven-core"]),
            ("crates/core", &[]),
        ]);
        assert_eq!(broken, ["crates/storage may not depend on keyhaven-core"]);
    }

    #[test]
    fn a_crate_that_is_not_listed_is_named_unless_it_is_a_test_suite() {
        assert_eq!(
            broken_in(&[("crates/extra", &[])]),
            ["crates/extra is not in the table of crates"]
        );
        assert_eq!(
            broken_in(&[("tests/server", &["keyhaven-core"]), ("crates/core", &[])]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_server_may_not_reach_core_by_any_way() {
        let broken = broken_in(&[
            ("crates/server", &["keyhaven-storage"]),
            ("crates/storage", &["sealing"]),
            ("sealing", &["keyhaven-core"]),
            ("crates/core", &[]),
        ]);
        let expected = "keyhaven-server → keyhaven-storage → sealing → keyhaven-core: \
                        the server cannot decrypt, because that code is not in it";
        assert_eq!(broken, [expected]);
    }

    #[test]
    fn core_and_client_may_not_reach_the_outside_world() {
        for foreign in [
            "tokio",
            "axum",
            "leptos",
            "leptos_router",
            "web-sys",
            "js-sys",
            "gloo-net",
            "getrandom",
        ] {
            for folder in ["crates/core", "crates/client"] {
                let broken = broken_in(&[(folder, &["between"]), ("between", &[foreign])]);
                assert_eq!(broken.len(), 1, "{folder} → {foreign}: {broken:?}");
                assert!(
                    broken[0].contains(&format!("between → {foreign}: ")),
                    "{broken:?}"
                );
            }
        }
    }

    #[test]
    fn only_the_tolerated_edge_is_tolerated() {
        let tolerated = broken_in(&[
            ("crates/core", &["zip"]),
            ("zip", &["getrandom"]),
            ("getrandom", &["js-sys"]),
        ]);
        assert_eq!(tolerated, Vec::<String>::new());
        let other = broken_in(&[
            ("crates/core", &["zip"]),
            ("zip", &["archive"]),
            ("archive", &["getrandom"]),
        ]);
        assert_eq!(other.len(), 1, "{other:?}");
    }

    #[test]
    fn the_app_may_not_use_the_npm_package() {
        let broken = broken_in(&[("web", &["keyhaven-wasm"])]);
        assert_eq!(
            broken,
            ["keyhaven-web → keyhaven-wasm: the app is not a user of the npm package"]
        );
    }

    #[test]
    fn a_library_may_not_use_anyhow_and_xtask_may() {
        assert_eq!(
            broken_in(&[("crates/client", &["anyhow"])]),
            ["crates/client is a library and has typed errors, not anyhow"]
        );
        assert_eq!(
            broken_in(&[("xtask", &["anyhow"]), ("crates/server", &["anyhow"])]),
            Vec::<String>::new()
        );
    }
}
