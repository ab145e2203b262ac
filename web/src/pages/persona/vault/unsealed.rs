//! What is not sealed again yet under a new backup key, and the way on.

use keyhaven_client::persona::flows::vault::{VaultDone, VaultInput, VaultView};
use leptos::prelude::*;

use super::state::may_change;
use crate::components::{Callout, Tone};
use crate::messages::account as text;
use crate::pages::stage::Stage;

/// Says so, with how many are done and what was tried in vain; nothing where everything is sealed under the key in
/// force, or nothing can be changed now. Goes on when it is asked to and not by itself: somebody who came to restore
/// something has not come for this.
#[component]
pub fn Unsealed(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let known = Memo::new(move |_| stage.with(known));
    move || {
        let (counted, left) = known.get()?;
        let tried = !left.is_empty();
        let items = left.into_iter().map(|item| view! { <li>{item}</li> });
        let list = tried.then(|| view! { <ul>{items.collect_view()}</ul> });
        Some(view! {
            <Callout tone=Tone::Warning title=counted>
                {list}
                <p>{text::UNSEALED}</p>
                <div class="actions">
                    <button type="button" class="button" on:click=move |_| on_input.run(VaultInput::SealAgain)>
                        {text::SEAL_AGAIN}
                    </button>
                </div>
            </Callout>
        })
    }
}

/// In words: how many are done, and which were tried in vain, and why.
fn known(view: &VaultView) -> Option<(String, Vec<String>)> {
    let count = view.sealing_again.filter(|_| may_change(&view.account))?;
    let left = match &view.done {
        Some(VaultDone::SealedAgain(report)) => report.left.iter().map(text::unsealed).collect(),
        _ => Vec::new(),
    };
    Some((text::sealed_again(count.done, count.total), left))
}
