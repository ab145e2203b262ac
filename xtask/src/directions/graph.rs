//! The dependency graph that `cargo metadata` prints, without what only tests use.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::Value;

/// Packages and what they are linked with or built by. Dependencies of tests are left out: tests may use anything.
#[derive(Debug, Default)]
pub(super) struct Graph {
    packages: BTreeMap<String, Package>,
}

/// One package, by its identity in Cargo's output.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// Its folder in the workspace, if it is ours.
    pub(super) folder: Option<String>,
    pub(super) has_library: bool,
    dependencies: Vec<String>,
}

impl Graph {
    /// Reads Cargo's JSON.
    ///
    /// # Errors
    /// When it is not what Cargo documents.
    pub(super) fn parse(metadata: &str) -> anyhow::Result<Self> {
        let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
        let root = text(&metadata, "workspace_root")?;
        let mut packages = BTreeMap::new();
        for package in list(&metadata, "packages")? {
            let manifest = text(package, "manifest_path")?;
            let ours = package.get("source").is_none_or(Value::is_null);
            let folder = manifest
                .strip_prefix(root)
                .and_then(|path| path.strip_suffix("/Cargo.toml"));
            let folder = folder
                .filter(|_| ours)
                .map(|path| path.trim_start_matches('/').to_owned());
            let mut has_library = false;
            for target in list(package, "targets")? {
                has_library |= list(target, "kind")?.iter().any(|kind| kind == "lib");
            }
            let name = text(package, "name")?.to_owned();
            let package_of = Package {
                name,
                folder,
                has_library,
                dependencies: Vec::new(),
            };
            packages.insert(text(package, "id")?.to_owned(), package_of);
        }
        let resolve = metadata
            .get("resolve")
            .context("cargo metadata did not resolve")?;
        for node in list(resolve, "nodes")? {
            let package = packages
                .get_mut(text(node, "id")?)
                .context("a resolved package is not listed")?;
            for dependency in list(node, "deps")? {
                let kinds = list(dependency, "dep_kinds")?;
                if kinds
                    .iter()
                    .any(|kind| kind.get("kind").is_none_or(|kind| kind != "dev"))
                {
                    package.dependencies.push(text(dependency, "pkg")?.to_owned());
                }
            }
        }
        Ok(Self { packages })
    }

    /// Our own packages.
    pub(super) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.values().filter(|package| package.folder.is_some())
    }

    /// What a package names in its manifest.
    pub(super) fn direct<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = &'a Package> {
        package.dependencies.iter().filter_map(|id| self.packages.get(id))
    }

    /// Everything that is linked with a package, each with the way that leads there, except by the edges in `ignored`.
    pub(super) fn linked<'a>(
        &'a self,
        package: &'a Package,
        ignored: &[(&str, &str)],
    ) -> Vec<(&'a Package, String)> {
        let mut seen = BTreeSet::new();
        let mut open = vec![(package, package.name.clone())];
        let mut found = Vec::new();
        while let Some((from, way)) = open.pop() {
            for id in &from.dependencies {
                let Some(to) = self.packages.get(id) else { continue };
                if ignored.contains(&(from.name.as_str(), to.name.as_str())) {
                    continue;
                }
                if seen.insert(id) {
                    let way = format!("{way} → {}", to.name);
                    found.push((to, way.clone()));
                    open.push((to, way));
                }
            }
        }
        found
    }
}

fn text<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    value
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("cargo metadata has no text `{name}`"))
}

fn list<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a [Value]> {
    let list = value.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice)
        .with_context(|| format!("cargo metadata has no list `{name}`"))
}

#[cfg(test)]
impl Graph {
    /// A workspace drawn by hand: each entry is a folder of ours, or the bare name of a foreign package, with the names
    /// of its dependencies. Packages of ours are libraries unless they are `web` or `xtask`.
    pub(super) fn drawn(entries: &[(&str, &[&str])]) -> Self {
        let name_of = |folder: &str| match folder {
            "web" => "keyhaven-web".to_owned(),
            _ => folder.split('/').next_back().map_or_else(String::new, |last| {
                if folder.contains('/') {
                    format!("keyhaven-{last}")
                } else {
                    last.to_owned()
                }
            }),
        };
        let ours = |folder: &str| folder.contains('/') || ["web", "xtask"].contains(&folder);
        let mut packages = BTreeMap::new();
        for (folder, dependencies) in entries {
            let dependencies: Vec<String> = dependencies.iter().map(|name| (*name).to_owned()).collect();
            for name in &dependencies {
                packages.entry(name.clone()).or_insert_with(|| Package {
                    name: name.clone(),
                    folder: None,
                    has_library: true,
                    dependencies: Vec::new(),
                });
            }
            let package = Package {
                name: name_of(folder),
                folder: ours(folder).then(|| (*folder).to_owned()),
                has_library: folder.contains('/'),
                dependencies,
            };
            packages.insert(package.name.clone(), package);
        }
        Self { packages }
    }
}
