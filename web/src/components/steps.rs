use leptos::prelude::*;

use super::{Icon, Picture};
use crate::messages::fields;

/// Where the person stands in something of several steps. `current` counts from 0.
#[component]
pub fn Steps(names: Vec<&'static str>, current: usize) -> impl IntoView {
    let items: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let mark = if index < current {
                view! { <Icon picture=Picture::Check /> }.into_any()
            } else {
                view! { <span>{index + 1}</span> }.into_any()
            };
            view! {
                <li class:done=index < current aria-current=(index == current).then_some("step")>
                    <span class="step-mark" aria-hidden="true">{mark}</span>
                    <span class="step-name">{name}</span>
                    {(index < current).then(|| view! { <span class="visually-hidden">{fields::STEP_DONE}</span> })}
                </li>
            }
        })
        .collect();
    view! { <ol class="steps">{items}</ol> }
}
