use leptos::prelude::*;

use super::{Icon, Picture};

/// One of several ways on, in a list of them: what it is, and what to know before choosing it.
#[component]
pub fn Choice(
    picture: Picture,
    #[prop(into)] title: String,
    #[prop(into)] hint: String,
    #[prop(into)] on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <li>
            <button type="button" class="choice" on:click=move |_| on_choose.run(())>
                <Icon picture=picture />
                <span class="choice-body">
                    <span class="choice-title">{title}</span>
                    <span class="choice-hint">{hint}</span>
                </span>
                <Icon picture=Picture::ChevronRight />
            </button>
        </li>
    }
}
