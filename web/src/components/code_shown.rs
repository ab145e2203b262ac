use leptos::prelude::*;

use crate::messages::fields;

/// A recovery code to read, in numbered groups of four.
#[component]
pub fn CodeShown(groups: Vec<String>) -> impl IntoView {
    let items: Vec<_> = groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| {
            view! {
                <li>
                    <span class="group-number" aria-hidden="true">{index + 1}</span>
                    <span class="visually-hidden">{fields::group(index + 1)}</span>
                    <span>{group}</span>
                </li>
            }
        })
        .collect();
    view! { <ol class="code-shown" aria-label=fields::CODE_LABEL>{items}</ol> }
}
