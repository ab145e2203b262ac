//! The npm package: compiled for each entry, with vectors and without, then made smaller, put together and packed.

mod budget;

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context as _;

use crate::app;
use crate::process::Process;
use crate::setup;
use crate::workspace::Workspace;

pub(crate) use budget::check as check_budget;

/// One wasm of the package.
#[derive(Debug, Clone, Copy)]
struct Module {
    /// Its name in the package.
    name: &'static str,
    /// The features of `keyhaven-wasm`.
    features: &'static str,
    lanes: Lanes,
}

/// What the compiler may use. Browsers have vectors since 2023; the loader asks each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lanes {
    Vectors,
    /// For engines without vectors: what does the same with more instructions is made smaller where it costs them least.
    Scalar,
    /// One for every engine: nothing in it is much faster with vectors.
    Every,
}

const MODULES: [Module; 5] = [
    Module::new("keyhaven", "seal", Lanes::Vectors),
    Module::new("restore", "matrix", Lanes::Vectors),
    Module::new("keyhaven-scalar", "seal", Lanes::Scalar),
    Module::new("restore-scalar", "matrix", Lanes::Scalar),
    Module::new("persona", "persona", Lanes::Every),
];

/// What compilers of Rust emit, and every engine that has WebAssembly's first revision reads.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// As for the programs of the app: `index.html` has the same.
const SMALLER: [&str; 6] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=30",
    "--reorder-functions-by-name",
];

/// Makes the package, and says where it is.
///
/// # Errors
/// When a tool fails.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    setup::for_npm_package(workspace)?;
    let _alone = workspace.lock()?;
    let dir = workspace.target().join("npm");
    let compiled = dir.join("compiled");
    // Beside each other: linking a wasm and making it smaller keep one core busy, and most of the time goes to that.
    thread::scope(|scope| {
        let compile_all = |lanes| compile_all(workspace, lanes, &compiled);
        let vectors = scope.spawn(move || compile_all(Lanes::Vectors));
        let others = compile_all(Lanes::Scalar).and_then(|()| compile_all(Lanes::Every));
        vectors
            .join()
            .unwrap_or_else(|panic| resume_unwind(panic))
            .and(others)
    })?;
    Process::new(workspace, "node")?
        .arg(workspace.path("crates/wasm/npm/build.mjs"))
        .arg(&compiled)
        .arg(package_dir(workspace))
        .run()?;
    pack(workspace, &dir)
}

/// The package before it is packed.
pub(crate) fn package_dir(workspace: &Workspace) -> PathBuf {
    workspace.target().join("npm/package")
}

impl Module {
    const fn new(name: &'static str, features: &'static str, lanes: Lanes) -> Self {
        Self {
            name,
            features,
            lanes,
        }
    }
}

fn compile_all(workspace: &Workspace, lanes: Lanes, compiled: &Path) -> anyhow::Result<()> {
    let modules = MODULES.into_iter().filter(|module| module.lanes == lanes);
    for module in modules {
        compile(workspace, module, &compiled.join(module.name))?;
    }
    Ok(())
}

/// Ciphers and hashes without unrolled rounds, which weigh more than they win: browsers have their own for what is long.
const COMPACT: &str = r#"--cfg aes_backend_soft="compact" --cfg sha2_backend_soft="compact""#;

fn compile(workspace: &Workspace, module: Module, to: &Path) -> anyhow::Result<()> {
    let remapping = app::path_remapping(workspace)?.unwrap_or_default();
    let common = format!("{remapping} {COMPACT}");
    let (flags, build) = match module.lanes {
        Lanes::Vectors => (format!("{common} -Ctarget-feature=+simd128"), "npm/build/vectors"),
        Lanes::Scalar | Lanes::Every => (common, "npm/build/scalar"),
    };
    let profile: &[&str] = match module.lanes {
        Lanes::Scalar => &["--config", "profile.web.package.sha2.opt-level='s'"],
        Lanes::Vectors | Lanes::Every => &[],
    };
    // Cargo has one place for what differs in flags alone when one of them maps paths: folders of their own keep the two
    // from compiling each other's and the app's dependencies anew.
    let build = workspace.target().join(build);
    Process::cargo(workspace)?
        .args(profile)
        .args(["rustc", "--locked", "--package", "keyhaven-wasm", "--lib"])
        .args(["--crate-type", "cdylib", "--profile", "web"])
        .args([
            "--target",
            "wasm32-unknown-unknown",
            "--no-default-features",
            "--features",
            module.features,
        ])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags)
        .env("CARGO_TARGET_DIR", &build)
        .run()?;
    let wasm = build.join("wasm32-unknown-unknown/web/keyhaven_wasm.wasm");
    // What was made of the same bytes is as good: making it smaller takes longest.
    let (bytes, made_of) = (
        fs::read(&wasm).context("cannot read the wasm")?,
        to.join("made-of.wasm"),
    );
    if fs::read(&made_of).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    Process::new(workspace, "wasm-bindgen")?
        .args(["--target", "web", "--omit-default-module-path"])
        .args(["--out-name", "glue", "--out-dir"])
        .arg(to)
        .arg(wasm)
        .run()?;
    let bound = to.join("glue_bg.wasm");
    let lanes: &[&str] = match module.lanes {
        Lanes::Vectors => &["--enable-simd"],
        Lanes::Scalar | Lanes::Every => &[],
    };
    Process::new(workspace, "wasm-opt")?
        .args(WASM_FEATURES)
        .args(lanes)
        .args(SMALLER)
        .arg(&bound)
        .arg("--output")
        .arg(&bound)
        .run()?;
    fs::write(made_of, bytes).context("cannot note what the wasm was made of")
}

fn pack(workspace: &Workspace, dir: &Path) -> anyhow::Result<PathBuf> {
    Process::new(workspace, "npm")?
        .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
        .arg(dir)
        .in_dir(&package_dir(workspace))
        .run_into(&workspace.logs().join("npm-pack.log"))?;
    let manifest = fs::read_to_string(package_dir(workspace).join("package.json"));
    let manifest: serde_json::Value =
        serde_json::from_str(&manifest.context("cannot read the manifest of the package")?)?;
    let version = manifest.get("version").and_then(serde_json::Value::as_str);
    let version = version.context("the package has no version")?;
    Ok(dir.join(format!("keyhaven-{version}.tgz")))
}
