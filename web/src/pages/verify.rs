//! What runs here and how to check it. The list is read from this document, which names the parts of all pages, and the
//! browser holds each file to what the document says of it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;

use crate::browser::{clipboard, hashes, page};
use crate::components::{Callout, CopyButton, PageHead, Tone};
use crate::messages::verify as text;
use crate::route::Base;

/// One file of the app and the hashes that the browser holds it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePart {
    /// Where it was loaded from.
    pub address: String,
    /// As in the `integrity` attribute.
    pub integrity: String,
    /// What the browser found.
    pub found: Found,
}

/// What the browser found of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is being looked at, or the browser offers no hashing.
    NoHash,
    /// It is as named, and this is its hash as in the published list.
    Sha256(String),
    /// The host does not give it as named.
    NotAsNamed,
}

impl PagePart {
    /// The file's name, which itself carries a part of a hash.
    pub(crate) fn name(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or_default()
    }

    fn kind(&self) -> &str {
        if self.name().starts_with("start") {
            "start"
        } else {
            self.name().rsplit('.').next().unwrap_or_default()
        }
    }

    /// The program it belongs to, as the build names files; empty for what belongs to all.
    fn program(&self) -> &str {
        let name = self.name().strip_prefix("keyhaven-");
        // A hash follows the last dash.
        name.and_then(|name| name.rsplit_once('-'))
            .map_or("", |(program, _)| program)
    }

    /// A line of the published list, or as much of one as there is.
    fn line(&self) -> String {
        let hash = match &self.found {
            Found::Sha256(hex) => hex,
            Found::NoHash | Found::NotAsNamed => &self.integrity,
        };
        format!("{hash}  {}\n", self.name())
    }
}

/// The page about the page.
#[component]
pub fn VerifyPage(base: Base) -> impl IntoView {
    let parts = parts_of_page();
    let shown = RwSignal::new(parts.clone());
    spawn_local(async move {
        for (index, part) in parts.into_iter().enumerate() {
            let found = match hashes::sha256(&part.address, &part.integrity).await {
                Ok(hex) => hex.map_or(Found::NoHash, Found::Sha256),
                Err(hashes::NotAsNamed) => Found::NotAsNamed,
            };
            shown.update(|shown| {
                if let Some(part) = shown.get_mut(index) {
                    part.found = found;
                }
            });
        }
    });
    view! { <VerifyPanel base=base parts=shown /> }
}

/// The page, with hashes as they become known.
#[component]
pub fn VerifyPanel(base: Base, #[prop(into)] parts: Signal<Vec<PagePart>>) -> impl IntoView {
    let copy = Callback::new(move |done: Callback<bool>| {
        let lines: String = parts.with_untracked(|parts| parts.iter().map(PagePart::line).collect());
        clipboard::copy(&lines, done);
    });
    let rows = move || parts.with(|parts| parts.iter().map(row).collect::<Vec<_>>());
    let none = move || {
        parts
            .with(Vec::is_empty)
            .then(|| view! { <Callout tone=Tone::Danger title=text::NO_PARTS /> })
    };
    let secure = page::origin().starts_with("https://");
    let how: Vec<_> = text::HOW_STEPS
        .iter()
        .map(|step| view! { <li>{*step}</li> })
        .collect();
    view! {
        <div class="stack">
            <PageHead title=text::TITLE lead=text::LEAD />
            <section class="card stack">
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
                {none}
                <ul class="hash-list">{rows}</ul>
                <div class="actions"><CopyButton label=text::COPY copy=copy /></div>
                <p><a href=base.file("SHA256SUMS")>{text::ALL_PARTS}</a></p>
                <p><a href=base.file("webcat-manifest.json")>{text::MANIFEST}</a></p>
            </section>
            <section class="stack-tight">
                <h2>{text::HOW}</h2>
                <ol>{how}</ol>
            </section>
            <Callout tone=Tone::Warning title=text::LIMITS><p>{text::LIMITS_BODY}</p></Callout>
        </div>
    }
}

fn row(part: &PagePart) -> impl IntoView + use<> {
    let found = match &part.found {
        Found::NoHash => None,
        Found::Sha256(hex) => Some(view! { <code class="hash">{format!("SHA-256 {hex}")}</code> }.into_any()),
        Found::NotAsNamed => {
            Some(view! { <Callout tone=Tone::Danger title=text::NOT_AS_NAMED><p>{text::NOT_AS_NAMED_BODY}</p></Callout> }.into_any())
        }
    };
    view! {
        <li>
            <strong>{text::part(part.kind(), part.program())}</strong>
            <code class="hash">{part.name().to_owned()}</code>
            {found}
            <code class="hash">{part.integrity.clone()}</code>
        </li>
    }
}

/// The parts that this document names with a hash.
fn parts_of_page() -> Vec<PagePart> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return Vec::new();
    };
    let Ok(elements) = document.query_selector_all("link[integrity], script[integrity]") else {
        return Vec::new();
    };
    (0..elements.length())
        .filter_map(|index| elements.get(index))
        .filter_map(|node| {
            let element: web_sys::Element = node.dyn_into().ok()?;
            let address = element
                .get_attribute("href")
                .or_else(|| element.get_attribute("src"))?;
            let integrity = element.get_attribute("integrity")?;
            Some(PagePart {
                address,
                integrity,
                found: Found::NoHash,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_its_name() {
        let part = |address: &str| PagePart {
            address: address.to_owned(),
            integrity: String::new(),
            found: Found::NoHash,
        };
        for (address, kind, program) in [
            ("../start-00.js", "start", ""),
            ("../style-00.css", "css", ""),
            ("../keyhaven-start-00.js", "js", "start"),
            ("../keyhaven-persona-00_bg.wasm", "wasm", "persona"),
        ] {
            let part = part(address);
            assert_eq!((part.kind(), part.program()), (kind, program), "{address}");
        }
    }

    /// Each program of the app has a name of its own.
    #[test]
    fn every_program_is_named_and_no_two_alike() {
        let programs = [
            "start",
            "persona",
            "account",
            "reset",
            "letter",
            "worker",
            "key-file",
            "key-worker",
        ];
        let names: std::collections::BTreeSet<_> = programs
            .iter()
            .map(|program| text::part("wasm", program))
            .collect();
        assert_eq!(names.len(), programs.len());
        let unknown = text::part("wasm", "of tomorrow");
        assert!(!names.contains(&unknown), "{unknown}");
    }

    #[test]
    fn a_line_is_that_of_the_published_list() {
        let part = PagePart {
            address: "./a.css".to_owned(),
            integrity: "sha384-x".to_owned(),
            found: Found::Sha256("00ff".to_owned()),
        };
        assert_eq!(part.line(), "00ff  a.css\n");
    }
}
