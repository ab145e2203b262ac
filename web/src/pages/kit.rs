//! The emergency kit for a code that the person has. What is typed stays in this document.

use keyhaven_core::recovery_code::RecoveryCode;
use keyhaven_protocol::address::ADDRESS_MAX_BYTES;
use leptos::html;
use leptos::prelude::*;
use zeroize::Zeroizing;

use crate::browser::{clock, dates, page};
use crate::code_forms::{self, CodeForms};
use crate::components::{
    Callout, CodeField, CodeFieldError, CodeInput, FieldKind, Form, Icon, KitContent, KitSheet, PageHead,
    Picture, TextField, Tone,
};
use crate::messages::{fields, kit as text};
use crate::parse;
use crate::route::{Base, Route};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KitView {
    /// A code is asked for.
    Ask,
    /// The sheet.
    Ready(KitContent),
}

/// The page.
#[component]
pub fn KitPage(base: Base) -> impl IntoView {
    view! { <KitPanel base=base start=KitView::Ask /> }
}

/// The page, beginning anywhere.
#[component]
pub fn KitPanel(base: Base, start: KitView) -> impl IntoView {
    let state = RwSignal::new(start);
    let place = base.href(Route::Persona);
    move || match state.get() {
        KitView::Ask => {
            let place = place.clone();
            let ready = Callback::new(move |content| state.set(KitView::Ready(content)));
            view! { <AskCode place=place on_ready=ready /> }.into_any()
        }
        KitView::Ready(content) => {
            view! { <Sheet content=content on_clear=Callback::new(move |()| state.set(KitView::Ask)) /> }
                .into_any()
        }
    }
}

#[component]
fn AskCode(place: String, on_ready: Callback<KitContent>) -> impl IntoView {
    let code = CodeInput::new(code_forms::GROUPS);
    let address = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<CodeFieldError>);
    let address_error = RwSignal::new(None::<String>);
    let input = StoredValue::new(code.clone());
    let submit = move |()| {
        let printed = printable(&parse::text(address));
        address_error.set(printed.as_ref().err().map(|problem| (*problem).to_owned()));
        let typed = Zeroizing::new(input.with_value(CodeInput::text));
        let parsed = RecoveryCode::parse(&typed);
        error.set(parsed.as_ref().err().map(code_forms::field_error));
        match (parsed, printed) {
            (Ok(parsed), Ok(address)) => {
                let forms = CodeForms::of(&parsed.code);
                input.with_value(CodeInput::clear);
                on_ready.run(KitContent {
                    groups: forms.groups,
                    words: forms.words,
                    qr: code_forms::qr_modules(&parsed.code),
                    address,
                    place: place.clone(),
                    date: dates::day(clock::now_seconds()),
                });
            }
            (Ok(_), Err(_)) => parse::focus(address),
            (Err(_), _) => {}
        }
    };
    view! {
        <div class="stack">
            <PageHead title=text::TITLE lead=text::LEAD />
            <Form submit=text::MAKE on_submit=submit>
                <CodeField id="code" label=fields::CODE_LABEL error=error input=code />
                <TextField
                    id="address"
                    kind=FieldKind::Address
                    label=text::ADDRESS_LABEL
                    error=address_error
                    input=address
                />
            </Form>
            <Callout tone=Tone::Info title=text::NEVER_ASKED><p>{text::PRINTER_HINT}</p></Callout>
        </div>
    }
}

/// The address to print, if there is one. Its form is looked at only as far as a sheet of paper needs: nothing is
/// compared with it or derived from it, and the tables for that would weigh more than the page.
fn printable(typed: &str) -> Result<Option<String>, &'static str> {
    match typed.trim() {
        "" => Ok(None),
        long if long.len() > ADDRESS_MAX_BYTES => Err(fields::ADDRESS_LONG),
        text if text.chars().any(char::is_control) => Err(fields::ADDRESS_INVISIBLE),
        text if text.contains('@') => Ok(Some(text.to_owned())),
        _ => Err(fields::ADDRESS_INVALID),
    }
}

#[component]
fn Sheet(content: KitContent, on_clear: Callback<()>) -> impl IntoView {
    view! {
        <div class="stack">
            <div class="stack screen-only">
                <PageHead title=text::READY_TITLE lead=text::READY_LEAD />
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| page::print()>
                        <Icon picture=Picture::File />
                        {text::PRINT}
                    </button>
                    <button type="button" class="button" on:click=move |_| on_clear.run(())>{text::CLEAR}</button>
                </div>
            </div>
            <KitSheet content=content />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_left_out_and_else_fits_the_sheet() {
        assert_eq!(printable("  "), Ok(None));
        assert_eq!(
            printable(" Ada@example.org "),
            Ok(Some("Ada@example.org".to_owned()))
        );
        assert_eq!(printable("ada"), Err(fields::ADDRESS_INVALID));
        assert_eq!(printable("a\u{7}@b"), Err(fields::ADDRESS_INVISIBLE));
        assert_eq!(
            printable(&format!("{}@b", "a".repeat(ADDRESS_MAX_BYTES))),
            Err(fields::ADDRESS_LONG)
        );
    }
}
