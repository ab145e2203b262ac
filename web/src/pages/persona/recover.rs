use keyhaven_client::persona::TypedText;
use keyhaven_client::persona::flows::access::{AccessInput, Entrance, RecoverProblem};
use leptos::html;
use leptos::prelude::*;

use crate::code_forms;
use crate::components::{
    BackLink, CodeField, CodeFieldError, CodeInput, FieldKind, Form, NewPasswordFields, PageHead, TextField,
};
use crate::messages::{fields, problems, ways_back as text};
use crate::parse::{self, NewPasswordError};

/// Address, recovery code and a new password: the way in without mail.
#[component]
pub fn Recover(
    #[prop(into)] problem: Signal<Option<RecoverProblem>, LocalStorage>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
    let address = NodeRef::<html::Input>::new();
    let first = NodeRef::<html::Input>::new();
    let second = NodeRef::<html::Input>::new();
    let address_error = RwSignal::new(None);
    let first_error = RwSignal::new(None);
    let second_error = RwSignal::new(None);
    let input = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(input.clone());
    let code_error = Signal::derive(move || problem.with(|problem| problem.as_ref().and_then(at_code)));
    let other = Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(RecoverProblem::Other(problem)) => Some(problems::describe(problem)),
            _ => None,
        })
    });
    let submit = move |()| {
        let parsed_address = parse::address(address);
        let parsed_password = parse::new_password(first, second);
        address_error.set(parsed_address.as_ref().err().map(|error| (*error).to_owned()));
        let (at_first, at_second) = NewPasswordError::split(parsed_password.as_ref().err());
        first_error.set(at_first);
        second_error.set(at_second);
        match (parsed_address, parsed_password) {
            (Ok(address), Ok(password)) => on_input.run(AccessInput::Recover {
                address,
                code: TypedText::new(typed.with_value(CodeInput::text)),
                password,
            }),
            (Err(_), _) => parse::focus(address),
            (_, Err(NewPasswordError::First(_))) => parse::focus(first),
            (_, Err(NewPasswordError::Second(_))) => parse::focus(second),
        }
    };
    let back = Callback::new(move |()| on_input.run(AccessInput::Enter(Entrance::SignIn)));
    view! {
        <div class="stack">
            <BackLink label=text::BACK on_back=back />
            <PageHead title=text::RECOVER_TITLE lead=text::RECOVER_LEAD />
            <Form submit=text::RECOVER_SUBMIT on_submit=submit busy=busy problem=other>
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=address_error input=address />
                <CodeField id="code" label=fields::CODE_LABEL error=code_error input=input />
                <NewPasswordFields first=first second=second first_error=first_error second_error=second_error />
                <p class="muted">{text::RECOVER_NOTE}</p>
            </Form>
        </div>
    }
}

fn at_code(problem: &RecoverProblem) -> Option<CodeFieldError> {
    let text = match problem {
        RecoverProblem::Malformed(error) => return Some(code_forms::field_error(error)),
        RecoverProblem::NotOfThisAddress => text::RECOVER_OTHER,
        RecoverProblem::DamagedRecord => text::RECOVER_DAMAGED,
        RecoverProblem::Other(_) => return None,
    };
    Some(CodeFieldError {
        group: None,
        text: text.to_owned(),
        suggestion: None,
    })
}
