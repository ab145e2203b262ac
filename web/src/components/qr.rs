use std::fmt::Write as _;

use leptos::prelude::*;

/// White modules around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// How wide a QR code is without its quiet zone, in millimetres on paper.
const WIDTH_MM: usize = 40;

/// A QR code drawn from its modules, row by row. `label` says in words what it holds. It is [`WIDTH_MM`] wide, and the
/// quiet zone around it comes on top of that, unless a style says otherwise. Without modules nothing is drawn.
#[component]
pub fn QrCode(modules: Vec<Vec<bool>>, #[prop(into)] label: String) -> impl IntoView {
    let side = modules.len() + 2 * QUIET;
    let width = width_mm(modules.len())?;
    Some(view! {
        <svg
            viewBox=format!("0 0 {side} {side}")
            width=width
            role="img"
            aria-label=label
            shape-rendering="crispEdges"
        >
            <rect width=side.to_string() height=side.to_string() fill="#fff"></rect>
            <path d=path(&modules) fill="#000"></path>
        </svg>
    })
}

/// With the quiet zone, as an SVG length rounded up to a tenth. `None` for a code of no modules.
fn width_mm(modules: usize) -> Option<String> {
    let square = WIDTH_MM * 10 * (modules + 2 * QUIET);
    let tenths = square.checked_div(modules)? + usize::from(!square.is_multiple_of(modules));
    Some(format!("{}.{}mm", tenths / 10, tenths % 10))
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
    use super::{path, width_mm};

    #[test]
    fn the_quiet_zone_comes_on_top_of_forty_millimetres() {
        // Version 3: 29 modules and 8 of quiet zone.
        assert_eq!(width_mm(29).as_deref(), Some("51.1mm"));
        assert_eq!(width_mm(16).as_deref(), Some("60.0mm"));
        assert_eq!(width_mm(0), None);
    }

    #[test]
    fn runs_become_bars_inside_the_quiet_zone() {
        let modules = vec![vec![true, true, false], vec![false, false, true]];
        assert_eq!(path(&modules), "M4 4h2v1h-2zM6 5h1v1h-1z");
    }
}
