//! Chromium, which comes from the system: Debian's package where there is apt, by hand elsewhere.

use std::path::PathBuf;

use super::debian_program::apt_get;
use super::step::Step;
use crate::environment;
use crate::workspace::Workspace;

/// The browser of the browser tests.
#[derive(Debug)]
pub(super) struct Chromium;

impl Step for Chromium {
    fn is_done(&self, workspace: &Workspace) -> bool {
        chromium(workspace).is_some()
    }

    fn does(&self) -> String {
        "installing Chromium and fonts with apt-get (about a minute)".to_owned()
    }

    fn apply(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let log = workspace.logs().join("install-chromium.log");
        apt_get(workspace)?.arg("update").run_into(&log)?;
        apt_get(workspace)?
            // Without a font, text has no size, and neither layout nor contrast can be judged.
            .args(["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core", "fonts-liberation"])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .run_into(&log)
    }

    fn remedy(&self) -> String {
        "Chromium is missing: install it (Debian: `apt-get install chromium`), or set KEYHAVEN_CHROMIUM to its path"
            .to_owned()
    }
}

/// The browser to test with: the person's choice, or the system's.
pub(crate) fn chromium(workspace: &Workspace) -> Option<PathBuf> {
    environment::chosen_chromium().or_else(|| workspace.find_program("chromium"))
}
