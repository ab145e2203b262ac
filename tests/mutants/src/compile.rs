//! Builds of a tree with mutants in it: what the compiler says against, and the programs that are left.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde::Deserialize;

/// How trees are built: into one place, since nothing but one crate differs.
#[derive(Debug)]
pub(crate) struct Compiler {
    pub(crate) package: String,
    /// The packages whose tests are asked, the package itself first.
    pub(crate) asked: Vec<String>,
    pub(crate) target: PathBuf,
}

/// Something that the compiler refuses: the places in the source that it names.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) places: Vec<Place>,
    pub(crate) text: String,
}

impl Refusal {
    /// The function that was asked while compiling, and cannot be (error E0015).
    pub(crate) fn not_constant(&self) -> Option<&str> {
        let (_, said) = self.text.split_once("cannot call non-const ")?;
        let path = said.split('`').nth(1)?;
        path.rsplit("::").find(|part| !part.starts_with('<'))
    }
}

#[derive(Debug)]
pub(crate) struct Place {
    /// From the root of the workspace.
    pub(crate) file: String,
    pub(crate) byte: usize,
}

impl Compiler {
    /// What the compiler refuses of the package and of its tests; nothing if they build.
    ///
    /// # Errors
    /// When Cargo does not start.
    pub(crate) fn check(&self, tree: &Path) -> anyhow::Result<Vec<Refusal>> {
        let messages = self.cargo(tree, &["check", "--tests", "--package", &self.package])?;
        Ok(messages.into_iter().filter_map(Message::refusal).collect())
    }

    /// The programs of the tests, each with the folder that it runs in.
    ///
    /// # Errors
    /// When they do not build.
    pub(crate) fn tests(&self, tree: &Path) -> anyhow::Result<Vec<(PathBuf, PathBuf)>> {
        let mut arguments = vec!["test", "--no-run"];
        for package in &self.asked {
            arguments.extend(["--package", package]);
        }
        let mut programs = Vec::new();
        for message in self.cargo(tree, &arguments)? {
            match message {
                Message::Artifact {
                    executable: Some(program),
                    manifest_path,
                    profile,
                } if profile.test => {
                    let folder = manifest_path.parent().context("a manifest without folder")?;
                    programs.push((program, folder.to_owned()));
                }
                other => {
                    if let Some(refusal) = other.refusal() {
                        bail!("the tests do not build: {}", refusal.text);
                    }
                }
            }
        }
        if programs.is_empty() {
            bail!("there are no tests");
        }
        Ok(programs)
    }

    fn cargo(&self, tree: &Path, arguments: &[&str]) -> anyhow::Result<Vec<Message>> {
        let optimised = format!("profile.dev.package.{}.opt-level=1", self.package);
        let output = Command::new("cargo")
            .args(arguments)
            .args(["--all-features", "--message-format", "json", "--config", &optimised])
            .current_dir(tree)
            .env("CARGO_TARGET_DIR", &self.target)
            // A mutant may leave a variable unused. What tells it is a test.
            .env("RUSTFLAGS", "--cap-lints allow")
            .stderr(Stdio::null())
            .output()
            .context("cannot start Cargo")?;
        String::from_utf8(output.stdout)?
            .lines()
            .map(|line| serde_json::from_str(line).context("cannot read what Cargo says"))
            .collect()
    }
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-message")]
    Diagnostic { message: Diagnostic },
    #[serde(rename = "compiler-artifact")]
    Artifact {
        executable: Option<PathBuf>,
        manifest_path: PathBuf,
        profile: Profile,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
    spans: Vec<DiagnosticSpan>,
}

#[derive(Deserialize)]
struct DiagnosticSpan {
    file_name: String,
    byte_start: usize,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: DiagnosticSpan,
}

impl Message {
    fn refusal(self) -> Option<Refusal> {
        let Self::Diagnostic { message } = self else {
            return None;
        };
        if !message.level.starts_with("error") {
            return None;
        }
        let mut spans: Vec<_> = message.spans.iter().collect();
        spans.sort_by_key(|span| !span.is_primary);
        let mut places = Vec::new();
        for span in spans {
            let mut next = Some(span);
            while let Some(span) = next {
                places.push(Place {
                    file: span.file_name.clone(),
                    byte: span.byte_start,
                });
                next = span.expansion.as_ref().map(|expansion| &expansion.span);
            }
        }
        Some(Refusal {
            places,
            text: message.rendered.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_that_cannot_be_asked_while_compiling_is_known_by_its_name() {
        let refusal = |text: &str| Refusal {
            places: Vec::new(),
            text: text.to_owned(),
        };
        for (text, name) in [
            (
                "error[E0015]: cannot call non-const associated function `Limits::<8>::new` in constants\n --> a.rs",
                Some("new"),
            ),
            (
                "error[E0015]: cannot call non-const function `lengths::padded::<u8>` in constant functions\n",
                Some("padded"),
            ),
            ("error[E0308]: mismatched types\n expected `u32`", None),
        ] {
            assert_eq!(refusal(text).not_constant(), name, "{text}");
        }
    }
}
