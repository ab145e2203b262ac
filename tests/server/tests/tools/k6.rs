//! What k6 is told to do, and what it saw.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use keyhaven_server_tests::{server::Server, tools::tool};
use serde_json::Value;

use crate::{
    alone::Reader,
    overload::{BEGUN_MIN, PASSWORD, TIMES, WRITER},
};

/// What k6 saw.
pub(crate) struct Summary(pub(crate) Value);

impl Summary {
    fn number(&self, metric: &str, value: &str) -> Option<f64> {
        self.0["metrics"][metric][value].as_f64()
    }

    pub(crate) fn count(&self, metric: &str) -> f64 {
        self.number(metric, "count").unwrap_or(0.0)
    }

    pub(crate) fn mean(&self, metric: &str) -> f64 {
        self.number(metric, "avg").unwrap_or(f64::INFINITY)
    }

    pub(crate) fn longest(&self, metric: &str) -> f64 {
        self.number(metric, "max").unwrap_or(f64::INFINITY)
    }

    pub(crate) fn p95(&self, metric: &str) -> f64 {
        self.number(metric, "p(95)").unwrap_or(f64::INFINITY)
    }

    /// Whether so many times the capacity came, and that of what was served too: the machine may have been slower when
    /// it was measured.
    pub(crate) fn is_overload(&self, capacity: u32, seconds: u32) -> bool {
        let wanted = f64::from(TIMES * capacity * seconds);
        let asked = self.count("asked");
        asked >= wanted * BEGUN_MIN && asked >= self.count("accepted_ms") * f64::from(TIMES) * BEGUN_MIN
    }
}

/// Where those who sign in are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Networks {
    /// Each in one of their own.
    Own,
    /// All in the same.
    One,
}

/// So many sign-ins a second, beside reads and writes.
pub(crate) fn run(server: &Server, reader: &Reader, networks: Networks, rate: u32, seconds: u32) -> Summary {
    let summary = server.home().join("k6.json");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/overload.js");
    let ran = tool("KEYHAVEN_K6")
        .args([
            "run",
            "--quiet",
            "--no-usage-report",
            "--no-color",
            "--address",
            "127.0.0.1:0",
        ])
        .arg("--summary-export")
        .arg(&summary)
        .arg(script)
        .env("BASE", format!("http://{}", server.address()))
        .env("SECONDS", seconds.to_string())
        .env("RATE", rate.to_string())
        .env(
            "NETWORKS",
            match networks {
                Networks::Own => "own",
                Networks::One => "one",
            },
        )
        .env("OBJECT", &reader.object)
        .env("TOKEN", &reader.person.token)
        .env(
            "BASIC",
            format!("Basic {}", STANDARD.encode(format!("{WRITER}:{PASSWORD}"))),
        )
        .env("HOME", server.home())
        .output()
        .expect("k6");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    let summary = std::fs::read(summary).expect("a summary");
    Summary(serde_json::from_slice(&summary).expect("JSON"))
}
