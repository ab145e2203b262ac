use keyhaven_client::persona::TypedText;
use keyhaven_client::persona::flows::settings::{CodeCheck, SettingsInput};
use leptos::prelude::*;

use crate::code_forms;
use crate::components::{Callout, CodeField, CodeInput, Form, PageHead, Tone};
use crate::messages::{Problem, account as text, fields};
use crate::pages::persona::locked::code_error;

/// Do you still have your recovery code? Knowing before it is needed is the cheapest protection there is.
#[component]
pub fn CheckCode(
    check: Signal<Option<CodeCheck>, LocalStorage>,
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let input = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(input.clone());
    let error = Signal::derive(move || {
        check.with(|check| match check {
            Some(CodeCheck::Fails(found)) => Some(code_error(found)),
            _ => None,
        })
    });
    let submit = move |()| {
        on_input.run(SettingsInput::CheckCode(TypedText::new(
            typed.with_value(CodeInput::text),
        )))
    };
    let good = move || {
        check.with(|check| matches!(check, Some(CodeCheck::Opens))).then(|| {
            typed.with_value(CodeInput::clear);
            view! { <Callout tone=Tone::Ok title=text::CHECK_GOOD_TITLE><p>{text::CHECK_GOOD}</p></Callout> }
        })
    };
    view! {
        <PageHead title=text::CHECK_CODE lead=text::CHECK_CODE_LEAD />
        <div role="status">{good}</div>
        <Form submit=text::CHECK_SUBMIT on_submit=submit busy=busy problem=problem>
            <CodeField id="code" label=fields::CODE_LABEL error=error input=input />
        </Form>
    }
}
