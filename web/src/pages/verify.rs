//! What runs here and how to check it. The list is read from this document, which is what the browser enforced.

use leptos::prelude::*;

use crate::browser::{clipboard, page};
use crate::components::{Callout, CopyButton, PageHead, Tone};
use crate::messages::verify as text;

/// One file of the page and the hash that the browser held it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePart {
    /// The file's name.
    pub name: String,
    /// As in the `integrity` attribute.
    pub integrity: String,
}

impl PagePart {
    fn kind(&self) -> &str {
        if self.name.starts_with("start") { "start" } else { self.name.rsplit('.').next().unwrap_or_default() }
    }
}

/// The page about the page.
#[component]
pub fn VerifyPage(address: String, parts: Vec<PagePart>) -> impl IntoView {
    let list: String = parts.iter().map(|part| format!("{} {}\n", part.integrity, part.name)).collect();
    let copy = Callback::new(move |done: Callback<bool>| clipboard::copy(list.clone(), done));
    let rows: Vec<_> = parts
        .iter()
        .map(|part| {
            view! {
                <li>
                    <strong>{text::part(part.kind())}</strong>
                    <code class="hash">{part.name.clone()}</code>
                    <code class="hash">{part.integrity.clone()}</code>
                </li>
            }
        })
        .collect();
    let secure = address.starts_with("https://");
    let how: Vec<_> = text::HOW_STEPS.iter().map(|step| view! { <li>{*step}</li> }).collect();
    view! {
        <div class="stack">
            <PageHead title=text::TITLE lead=text::LEAD />
            <section class="card stack-tight">
                <h2>{text::BUILD}</h2>
                <dl class="facts">
                    <dt>{text::VERSION}</dt>
                    <dd>{env!("CARGO_PKG_VERSION")}</dd>
                    <dt>{text::LOADED_FROM}</dt>
                    <dd><code>{page::origin()}</code></dd>
                    <dt>{text::CONNECTION}</dt>
                    <dd>{if secure { text::SECURE } else { text::NOT_SECURE }}</dd>
                </dl>
            </section>
            <section class="card stack">
                <h2>{text::PARTS}</h2>
                <p>{text::PARTS_BODY}</p>
                {rows.is_empty().then(|| view! { <Callout tone=Tone::Danger title=text::NO_PARTS /> })}
                <ul class="hash-list">{rows}</ul>
                <div class="actions"><CopyButton label=text::COPY copy=copy /></div>
            </section>
            <section class="stack-tight">
                <h2>{text::HOW}</h2>
                <ol>{how}</ol>
            </section>
            <Callout tone=Tone::Warning title=text::LIMITS><p>{text::LIMITS_BODY}</p></Callout>
        </div>
    }
}

/// The parts that this document names with a hash.
pub(crate) fn parts_of_page() -> Vec<PagePart> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return Vec::new() };
    let Ok(elements) = document.query_selector_all("link[integrity], script[integrity]") else { return Vec::new() };
    (0..elements.length())
        .filter_map(|index| elements.get(index))
        .filter_map(|node| {
            let element: web_sys::Element = wasm_bindgen::JsCast::dyn_into(node).ok()?;
            let file = element.get_attribute("href").or_else(|| element.get_attribute("src"))?;
            Some(PagePart {
                name: file.rsplit('/').next().unwrap_or_default().to_owned(),
                integrity: element.get_attribute("integrity")?,
            })
        })
        .collect()
}
