//! Finding out which server to ask. Where that fails, the page says why and offers another try.

use leptos::prelude::*;

use crate::browser::{host::BrowserHost, slot::Slot};
use crate::components::ProblemCallout;
use crate::handover::Handover;
use crate::messages::{Problem, problems, shell};

/// Why there is no server yet, and what waits for another try.
#[derive(Clone)]
pub(crate) struct NoServer {
    problem: Problem,
    again: Slot<()>,
}

impl NoServer {
    /// For this reason. Nobody tries again yet.
    pub(crate) fn because(problem: Problem) -> Self {
        Self {
            problem,
            again: Slot::new(),
        }
    }
}

/// What a page shows in place of its screens while it is there.
pub(crate) type Trouble = RwSignal<Option<NoServer>, LocalStorage>;

/// Everything that a flow needs, after as many tries as the person starts.
pub(crate) async fn connect(handover: &Handover, trouble: Trouble) -> BrowserHost {
    loop {
        match BrowserHost::connect(handover).await {
            Ok(host) => {
                // Not without need: a page may make its screen anew, and what was typed meanwhile would be lost.
                if trouble.with_untracked(Option::is_some) {
                    trouble.set(None);
                }
                return host;
            }
            Err(error) => {
                let found = NoServer::because(problems::config(error));
                let again = found.again.clone();
                trouble.set(Some(found));
                again.filled().await;
            }
        }
    }
}

/// Why, and the button for another try.
pub(crate) fn no_server(found: NoServer) -> impl IntoView {
    let again = StoredValue::new_local(found.again);
    view! {
        <div class="stack">
            <h1>{shell::NO_SERVER}</h1>
            <ProblemCallout problem=found.problem />
            <div class="actions">
                <button
                    type="button"
                    class="button button-primary"
                    on:click=move |_| again.with_value(|again| again.fill(()))
                >
                    {shell::TRY_AGAIN}
                </button>
            </div>
        </div>
    }
}
