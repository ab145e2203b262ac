//! Every state of every page, for screenshots and accessibility checks. `gallery` lists them; `gallery?state=NAME`
//! shows one. Only in builds with the feature `gallery`; the codes and names are made up.

mod samples;

use leptos::prelude::*;

use self::samples::STATES;
use crate::handover::Handover;
use crate::reader::Reader;

/// A list of all states, or one of them.
#[component]
pub fn Gallery(handover: Handover) -> impl IntoView {
    Reader::provide(&handover);
    let wanted = handover.query.trim_start_matches("?state=").to_owned();
    match STATES.iter().find(|(name, _)| *name == wanted) {
        Some((_, render)) => render(handover.base),
        None => view! {
            <div class="stack">
                <h1>"Gallery"</h1>
                <ul>
                    {STATES
                        .iter()
                        .map(|(name, _)| view! { <li><a data-state=*name href=format!("?state={name}")>{*name}</a></li> })
                        .collect::<Vec<_>>()}
                </ul>
            </div>
        }
        .into_any(),
    }
}
