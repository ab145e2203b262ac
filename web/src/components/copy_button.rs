use leptos::prelude::*;

use super::{Icon, Picture};
use crate::messages::fields;

/// Whether the last copy arrived on the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copied {
    NotYet,
    Done,
    Refused,
}

/// Copies when clicked, and says so in words. `copy` answers whether the browser allowed it.
#[component]
pub fn CopyButton(
    #[prop(into)] label: String,
    #[prop(into)] copy: Callback<Callback<bool>>,
) -> impl IntoView {
    let copied = RwSignal::new(Copied::NotYet);
    let done =
        Callback::new(move |arrived: bool| copied.set(if arrived { Copied::Done } else { Copied::Refused }));
    view! {
        <button type="button" class="button" on:click=move |_| copy.run(done)>
            <Icon picture=Picture::File />
            <span aria-live="polite">
                {move || match copied.get() {
                    Copied::NotYet => label.clone(),
                    Copied::Done => fields::COPIED.to_owned(),
                    Copied::Refused => fields::COPY_REFUSED.to_owned(),
                }}
            </span>
        </button>
    }
}
