use keyhaven_client::persona::TypedText;
use keyhaven_client::persona::flows::access::{AccessInput, Entrance, RecoverProblem};
use leptos::prelude::*;

use super::address_and_new_password::AddressAndNewPassword;
use crate::code_forms;
use crate::components::{
    BackLink, CodeField, CodeFieldError, CodeInput, FieldKind, Form, NewPasswordFields, PageHead, TextField,
};
use crate::messages::problems::Deed;
use crate::messages::{fields, problems, ways_back as text};
use crate::reader::Reader;

/// Address, recovery code and a new password: the way in without mail.
#[component]
pub fn Recover(
    #[prop(into)] problem: Signal<Option<RecoverProblem>, LocalStorage>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
    let form = AddressAndNewPassword::new();
    let reader = expect_context::<Reader>();
    let input = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(input.clone());
    let code_error = Signal::derive(move || problem.with(|problem| problem.as_ref().and_then(at_code)));
    let other = Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(RecoverProblem::Other(problem)) => Some(problems::describe_of(problem, Deed::NewPassword)),
            _ => None,
        })
    });
    let submit = move |()| {
        reader.run(async move {
            if let Some((address, password)) = form.read(reader).await {
                let code = TypedText::new(typed.with_value(CodeInput::text));
                on_input.run(AccessInput::Recover {
                    address,
                    code,
                    password,
                });
            }
        });
    };
    let back = Callback::new(move |()| on_input.run(AccessInput::Enter(Entrance::SignIn)));
    view! {
        <div class="stack">
            <BackLink label=text::BACK on_back=back />
            <PageHead title=text::RECOVER_TITLE lead=text::RECOVER_LEAD />
            <Form submit=text::RECOVER_SUBMIT on_submit=submit busy=busy problem=other>
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=form.address_error input=form.address />
                <CodeField id="code" label=fields::CODE_LABEL error=code_error input=input />
                <NewPasswordFields
                    owner=form.owner()
                    first=form.first
                    second=form.second
                    first_error=form.first_error
                    second_error=form.second_error
                />
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
