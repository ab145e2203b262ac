use std::fmt::Write as _;

use leptos::prelude::*;

/// White modules around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code drawn from its modules, row by row. `label` says in words what it holds.
#[component]
pub fn QrCode(modules: Vec<Vec<bool>>, #[prop(into)] label: String) -> impl IntoView {
    let side = modules.len() + 2 * QUIET;
    view! {
        <svg viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
            <rect width=side.to_string() height=side.to_string() fill="#fff"></rect>
            <path d=path(&modules) fill="#000"></path>
        </svg>
    }
}

/// One horizontal bar for each run of dark modules.
fn path(modules: &[Vec<bool>]) -> String {
    let mut path = String::new();
    for (y, row) in modules.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&true) {
                let len = run.len();
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h{len}v1h-{len}z", x + QUIET, y + QUIET);
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn runs_become_bars_inside_the_quiet_zone() {
        let modules = vec![vec![true, true, false], vec![false, false, true]];
        assert_eq!(path(&modules), "M4 4h2v1h-2zM6 5h1v1h-1z");
    }
}
