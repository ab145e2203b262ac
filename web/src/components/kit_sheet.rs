use leptos::prelude::*;

use super::QrCode;
use crate::messages::kit;

/// What is printed on an emergency kit. It exists in the memory of one page only.
#[derive(Clone, PartialEq, Eq)]
pub struct KitContent {
    /// The code in its groups.
    pub groups: Vec<String>,
    /// The same code as words.
    pub words: Vec<String>,
    /// The modules of its QR code, row by row; none as long as there is none.
    pub qr: Vec<Vec<bool>>,
    /// Whose account it opens; absent when the code was only typed in.
    pub address: Option<String>,
    /// Where to type it.
    pub place: String,
    /// The day it was made, in the reader's own form.
    pub date: String,
}

impl std::fmt::Debug for KitContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KitContent(redacted)")
    }
}

/// The emergency kit as a sheet of paper.
#[component]
pub fn KitSheet(content: KitContent) -> impl IntoView {
    let groups: Vec<_> = content
        .groups
        .into_iter()
        .map(|group| view! { <li>{group}</li> })
        .collect();
    let words: Vec<_> = content
        .words
        .into_iter()
        .map(|word| view! { <li>{word}</li> })
        .collect();
    let has_words = !words.is_empty();
    view! {
        <section class="kit-sheet" aria-label=kit::SHEET_LABEL>
            <div class="stack">
                <h2>{kit::SHEET_TITLE}</h2>
                <p>{kit::INSTRUCTION}</p>
                <div class="kit-row">
                    <div class="kit-qr"><QrCode modules=content.qr label=kit::QR_LABEL /></div>
                    <div>
                        <h3>{kit::CODE_TITLE}</h3>
                        <ol class="kit-code">{groups}</ol>
                    </div>
                </div>
                {has_words.then(|| view! { <div><h3>{kit::WORDS_TITLE}</h3><ol class="kit-words">{words}</ol></div> })}
                <dl class="kit-facts">
                    {content.address.map(|address| view! { <dt>{kit::OPENS}</dt><dd>{kit::opens(&address)}</dd> })}
                    <dt>{kit::WHERE}</dt>
                    <dd>{content.place}</dd>
                    <dt>{kit::MADE}</dt>
                    <dd>{content.date}</dd>
                </dl>
                <p class="kit-notes">{kit::NOTES}</p>
            </div>
        </section>
    }
}
