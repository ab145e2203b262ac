//! Why a configuration is not taken: what is wrong, at which place of it, and where that stands.

use std::{fmt, path::PathBuf};

use super::ConfigError;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML. The text is not shown: it may be a secret.
    #[error("line {line} of {path} is not TOML: a sign is wrong or missing, or a number is above {max}", max = i64::MAX)]
    Toml {
        /// Which one.
        path: PathBuf,
        /// Where, counted from 1.
        line: usize,
    },
    /// The file has a secret in it, and everybody on this machine may read it.
    #[error("{path} has a secret in it ({setting}) and everybody may read it: run `chmod o= {path}`")]
    Exposed {
        /// Which one.
        path: PathBuf,
        /// The secret's setting.
        setting: String,
    },
    /// A variable whose text is no value.
    #[error("the environment variable {name} has no value of the right kind")]
    Variable {
        /// Its name.
        name: String,
    },
    /// A setting that is unknown, or of the wrong kind.
    #[error("{origin}, setting {place}: {reason}{hint}", hint = hint(.place))]
    Shape {
        /// Where the value stands.
        origin: Origin,
        /// The setting; `the whole` where it is none of its parts.
        place: String,
        /// What the parser says; it names settings and kinds.
        reason: String,
    },
    /// Parsed, but not allowed.
    #[error(transparent)]
    Refused(#[from] ConfigError),
}

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The words of the command.
    CommandLine,
    /// A variable of this name.
    Variable(String),
    /// A file.
    File(PathBuf),
    /// No file was read; several variables together may be it.
    Environment,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("the command line"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment => f.write_str("the environment"),
        }
    }
}

/// What the parser cannot know.
fn hint(place: &str) -> &'static str {
    if place.starts_with("trusted_proxies") {
        "; each proxy is named by its own address, ranges are not taken"
    } else {
        ""
    }
}
