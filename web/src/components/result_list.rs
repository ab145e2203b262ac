use leptos::prelude::*;

use super::{Icon, Picture, SaveButton, SaveLook, Saved};
use crate::messages::results;

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It came back and was checked.
    Good,
    /// It did not come back.
    Bad,
    /// It came back, and there is something to know.
    Note,
}

/// One item of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultItem {
    /// What became of it.
    pub outcome: Outcome,
    /// The name the person gave it.
    pub name: String,
    /// What became of it, in words, and why.
    pub reason: String,
    /// The file it can be saved as, by its number and its name.
    pub file: Option<(usize, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    All,
    Problems,
}

/// Items one by one, with what became of each and a button to save what came back. Problems come first and can be
/// looked at alone; `on_save` saves the file of this number, and `on_export` the list as a text file.
#[component]
pub fn ResultList(
    items: Vec<ResultItem>,
    on_save: Callback<usize, Saved>,
    #[prop(into)] on_export: Callback<()>,
) -> impl IntoView {
    let filter = RwSignal::new(Filter::All);
    let (mut sorted, good): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| item.outcome != Outcome::Good);
    let problems = sorted.len();
    sorted.extend(good);
    let all = sorted.len();
    let rows = move || {
        sorted
            .iter()
            .filter(|item| filter.get() == Filter::All || item.outcome != Outcome::Good)
            .map(|item| row(item, on_save))
            .collect::<Vec<_>>()
    };
    let button = move |value: Filter, label: String| {
        view! {
            <button
                type="button"
                class="filter"
                aria-pressed=move || (filter.get() == value).to_string()
                on:click=move |_| filter.set(value)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="stack-tight">
            <div class="filter-row">
                {(problems > 0).then(|| button(Filter::All, results::all(all)))}
                {(problems > 0).then(|| button(Filter::Problems, results::problems(problems)))}
                <button type="button" class="button button-quiet button-small" on:click=move |_| on_export.run(())>
                    <Icon picture=Picture::Download />
                    {results::SAVE_LIST}
                </button>
            </div>
            <ul class="results">{rows}</ul>
        </div>
    }
}

fn row(item: &ResultItem, on_save: Callback<usize, Saved>) -> impl IntoView + use<> {
    let (class, picture) = match item.outcome {
        Outcome::Good => ("result result-ok", Picture::Check),
        Outcome::Bad => ("result result-bad", Picture::Cross),
        Outcome::Note => ("result result-note", Picture::Warning),
    };
    view! {
        <li class=class>
            <Icon picture=picture />
            <div>
                <p class="file-name">{item.name.clone()}</p>
                <p class="file-facts">{item.reason.clone()}</p>
            </div>
            {item
                .file
                .clone()
                .map(|(number, name)| {
                    let save = Callback::new(move |()| on_save.run(number));
                    view! { <SaveButton look=SaveLook::Row name=name on_save=save /> }
                })}
        </li>
    }
}
