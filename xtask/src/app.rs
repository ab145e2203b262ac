//! Builds the app: Trunk compiles and links it, then the finishing touches make it fit for any static host.
//!
//! The result at `target/app` replaces the one before in one step, so that nobody ever embeds half an app.

pub(crate) mod digest;
pub(crate) mod files;
mod headers;
pub(crate) mod html;
mod inputs;
mod integrity;
mod manifest;
mod page_hash;
mod programs;
mod routes;
mod sums;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

pub(crate) use self::programs::PART;
use crate::environment;
use crate::process::Process;
use crate::workspace::Workspace;

/// Which app to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// What people get.
    Published,
    /// That, and a page that shows every state of every page. For looking at and for tests, never for people.
    Gallery,
}

impl Variant {
    /// The folder it is built into.
    pub(crate) fn dir(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Published => workspace.app(),
            Self::Gallery => workspace.path("target/app-gallery"),
        }
    }
}

/// Builds the app, unless it is there and nothing that goes into it has changed.
///
/// # Errors
/// When a tool fails, or the built app breaks one of its own rules (integrity, inline code, routes).
pub(crate) fn build(workspace: &Workspace, variant: Variant) -> anyhow::Result<()> {
    let _alone = workspace.lock()?;
    let fingerprint = inputs::fingerprint(workspace)?;
    let app = variant.dir(workspace);
    let stamp = app.with_extension("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|built| built == fingerprint) && app.is_dir() {
        return Ok(());
    }
    remove_if_there(&stamp)?;

    // Trunk builds offline, so that it downloads no tools; then Cargo downloads nothing either.
    let fetch = ["fetch", "--locked", "--target", "wasm32-unknown-unknown"];
    Process::cargo(workspace)?.args(fetch).run()?;
    let staging = app.with_extension("staging");
    compile(workspace, variant)?;
    run_trunk(workspace, variant, &staging)?;
    finish(workspace, variant, &staging)?;

    if app.exists() {
        fs::remove_dir_all(&app).with_context(|| format!("cannot remove the old {}", app.display()))?;
    }
    fs::rename(&staging, &app).with_context(|| format!("cannot put the new app at {}", app.display()))?;
    fs::write(&stamp, fingerprint).context("cannot note what the app was built from")
}

/// Compiles all programs beside each other. Trunk, which finds them done, would compile one after the other.
fn compile(workspace: &Workspace, variant: Variant) -> anyhow::Result<()> {
    // Apart, as Trunk calls Cargo: together they would share their features, and every page would have those of one worker.
    for package in ["keyhaven-web", "keyhaven-key-worker"] {
        let cargo = Process::cargo(workspace)?
            .args(["build", "--package", package, "--bins", "--profile", "web"])
            .args(["--target", "wasm32-unknown-unknown", "--locked", "--offline"]);
        for_variant(workspace, variant, cargo)?.run()?;
    }
    Ok(())
}

/// The same features and flags for every call, so that no call compiles anew what another has compiled.
fn for_variant(workspace: &Workspace, variant: Variant, process: Process) -> anyhow::Result<Process> {
    let process = match variant {
        Variant::Published => process,
        Variant::Gallery => process.args(["--features", "gallery"]),
    };
    Ok(match path_remapping(workspace)? {
        Some(flags) => process.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags),
        None => process,
    })
}

fn run_trunk(workspace: &Workspace, variant: Variant, dist: &Path) -> anyhow::Result<()> {
    let trunk = Process::new(workspace, "trunk")?
        .args(["build", "--locked", "--offline", "--skip-version-check", "--dist"])
        .arg(dist)
        .args(match variant {
            Variant::Published => ["--release"].as_slice(),
            // What has just been compiled, as it is: nobody waits for these pages to load.
            Variant::Gallery => &["--cargo-profile", "web"],
        })
        // Trunk reads this variable and refuses the values that other tools give it.
        .without_env("NO_COLOR");
    for_variant(workspace, variant, trunk)?.run()
}

/// Panic messages name source files. Without this the app's bytes, and so its hashes, would depend on where it, or the
/// toolchain, was installed, and would tell.
pub(crate) fn path_remapping(workspace: &Workspace) -> anyhow::Result<Option<String>> {
    let Some(home) = environment::cargo_home() else {
        return Ok(None);
    };
    let rustc = |arguments: &[&str]| Process::new(workspace, "rustc")?.args(arguments).output();
    let library = Path::new(rustc(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    let version = rustc(&["--version", "--verbose"])?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    // What the standard library calls itself where its sources are not installed.
    let library_name = format!("/rustc/{}", commit.unwrap_or("unknown"));
    let prefixes = [
        (home.as_path(), "/cargo"),
        (workspace.root(), "/keyhaven"),
        (library.as_path(), library_name.as_str()),
    ];
    Ok(prefixes
        .into_iter()
        .map(|(path, name)| {
            // Flags in a variable are split at spaces: a path with one cannot be remapped this way.
            let path = path.to_str().filter(|path| !path.contains(char::is_whitespace))?;
            Some(format!("--remap-path-prefix={path}={name}"))
        })
        .collect::<Option<Vec<_>>>()
        .map(|flags| flags.join(" ")))
}

fn finish(workspace: &Workspace, variant: Variant, dir: &Path) -> anyhow::Result<()> {
    let mut routes = routes::read(workspace)?;
    if variant == Variant::Gallery {
        routes.push(routes::Route::gallery());
    }
    // Before anything is named by its hash.
    Process::new(workspace, "node")?
        .arg(workspace.path("xtask/node/short-imports.mjs"))
        .arg(dir)
        .run()?;
    let mut digests = digest::digests(workspace, dir, &files::below(dir)?)?;
    let programs = programs::name_by_content(dir, &mut digests)?;
    routes::write_pages(&routes, &programs, dir)?;
    for route in &routes {
        let page = fs::read_to_string(dir.join(&route.file)).context("a page is missing")?;
        integrity::check(&route.file, &page, &digests)?;
    }
    page_hash::write(workspace, &routes, dir)?;
    let config = headers::AppConfig::read(dir)?;
    headers::write(&routes, &config, dir)?;
    let digests = digest::digests(workspace, dir, &files::below(dir)?)?;
    manifest::write(&routes, &config, &digests, dir)?;
    let files = files::below(dir)?;
    match variant {
        Variant::Published => digest::write_copies(workspace, dir, &files)?,
        // Read by no other than tests, over no line.
        Variant::Gallery => {}
    }
    sums::write(workspace, dir, &files)
}

fn remove_if_there(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}
