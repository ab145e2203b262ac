//! Choosing a file: dropped, picked or pasted.

use leptos::html;
use leptos::prelude::*;

use super::KeyFileInput;
use crate::browser::files::{PickedFile, PickedFiles};
use crate::components::{BackLink, DropZone, Emphasis, PageHead, ProblemCallout, Takes};
use crate::messages::{Problem, files as file_words, key_file as text};

/// What is open already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing.
    Nothing,
    /// A file, and another one is to be added.
    Keys,
}

/// Why what was chosen cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What it is, and where it belongs.
    pub problem: Problem,
    /// Whether that is the page for personas.
    pub to_personas: Option<&'static str>,
}

/// What a person chose.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// A file.
    File(PickedFile),
    /// A text.
    Text(String),
}

/// Asks for a file, and says what is wrong with the last one.
#[component]
pub fn Choose(
    holds: Holds,
    #[prop(into)] refusal: Signal<Option<Refusal>>,
    personas: String,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let pasted = NodeRef::<html::Textarea>::new();
    let pick_problem = RwSignal::new(None::<Problem>);
    let chosen = Callback::new(move |picked| match picked {
        Ok(PickedFiles::One(file)) => {
            pick_problem.set(None);
            on_input.run(KeyFileInput::Chose(Chosen::File(file)));
        }
        Ok(PickedFiles::Many { .. }) => pick_problem.set(Some(text::one_file_only())),
        Err(error) => pick_problem.set(Some(file_words::pick_problem(error))),
    });
    let paste = move |_| {
        if let Some(area) = pasted.get_untracked() {
            let typed = area.value();
            // It may be a key, and belongs to whoever reads it now.
            area.set_value("");
            on_input.run(KeyFileInput::Chose(Chosen::Text(typed)));
        }
    };
    let (title, lead) = match holds {
        Holds::Nothing => (text::TITLE, text::LEAD),
        Holds::Keys => (text::ANOTHER_TITLE, text::ANOTHER_LEAD),
    };
    let back = Callback::new(move |()| on_input.run(KeyFileInput::Back));
    let refused = move || {
        let personas = personas.clone();
        let problem = pick_problem.get();
        let shown = problem.map(|problem| Refusal {
            problem,
            to_personas: None,
        });
        shown.or_else(|| refusal.get()).map(move |refusal| {
            view! {
                <ProblemCallout problem=refusal.problem />
                {refusal
                    .to_personas
                    .map(|words| view! { <div class="actions"><a class="button" href=personas>{words}</a></div> })}
            }
        })
    };
    view! {
        <div class="stack">
            {(holds == Holds::Keys).then(|| view! { <BackLink label=text::BACK on_back=back /> })}
            <PageHead title=title lead=lead />
            {refused}
            <DropZone hint=text::DROP_HINT emphasis=Emphasis::Primary takes=Takes::Files on_files=chosen />
            <details>
                <summary>{text::PASTE}</summary>
                <div class="details-body">
                    <label for="pasted">{text::PASTE_LABEL}</label>
                    <textarea
                        class="input"
                        id="pasted"
                        rows="6"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        node_ref=pasted
                    ></textarea>
                    <div class="actions">
                        <button type="button" class="button" on:click=paste>{text::PASTE_BUTTON}</button>
                    </div>
                </div>
            </details>
        </div>
    }
}
