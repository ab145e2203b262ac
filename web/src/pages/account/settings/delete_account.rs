use keyhaven_client::persona::TypedText;
use keyhaven_client::persona::flows::access::CodeProblem;
use keyhaven_client::persona::flows::settings::SettingsInput;
use leptos::html;
use leptos::prelude::*;

use crate::code_forms;
use crate::components::{
    CodeField, CodeInput, ConfirmDialog, DialogKind, Form, PageHead, SecretField, SecretKind,
};
use crate::messages::{Problem, account as text, fields};
use crate::pages::persona::locked::code_error;
use crate::parse;
use crate::reader::Reader;

/// The end of the account: asked for with the password, and confirmed once more. With the recovery code it is at once.
#[component]
pub fn DeleteAccount(
    code_problem: Signal<Option<CodeProblem>, LocalStorage>,
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let password = NodeRef::<html::Input>::new();
    let password_error = RwSignal::new(None);
    let input = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(input.clone());
    let at_code = Signal::derive(move || code_problem.with(|problem| problem.as_ref().map(code_error)));
    let asking = RwSignal::new(None::<Asking>);
    let code = move || Some(typed.with_value(CodeInput::text)).filter(|text| !text.is_empty());
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            match reader.password(password).await {
                Ok(_) => {
                    password_error.set(None);
                    asking.set(Some(if code().is_some() {
                        Asking::Now
                    } else {
                        Asking::Later
                    }));
                }
                Err(error) => {
                    password_error.set(Some(error.to_owned()));
                    parse::focus(password);
                }
            }
        });
    };
    let confirm = Callback::new(move |()| {
        asking.set(None);
        reader.run(async move {
            // Read once more: nothing kept it while the question was open.
            match reader.password(password).await {
                Ok(password) => {
                    let code = code().map(TypedText::new);
                    on_input.run(SettingsInput::DeleteAccount { password, code });
                }
                Err(error) => password_error.set(Some(error.to_owned())),
            }
        });
    });
    let dialog = move || {
        asking.get().map(|asking_for| {
            let body = match asking_for {
                Asking::Now => text::DELETE_NOW_BODY,
                Asking::Later => text::DELETE_LATER_BODY,
            };
            view! {
                <ConfirmDialog
                    kind=DialogKind::Danger
                    title=text::DELETE_ACCOUNT_TITLE
                    body=body
                    confirm=text::DELETE_ACCOUNT_SUBMIT
                    on_confirm=confirm
                    on_cancel=Callback::new(move |()| asking.set(None))
                />
            }
        })
    };
    // Open where the code is what went wrong.
    let open = Memo::new(move |_| code_problem.with(Option::is_some));
    view! {
        <PageHead title=text::DELETE_ACCOUNT lead=text::DELETE_ACCOUNT_LEAD />
        <Form submit=text::DELETE_ACCOUNT_SUBMIT on_submit=submit busy=busy problem=problem>
            <SecretField
                id="password"
                kind=SecretKind::Current
                label=fields::PASSWORD
                error=password_error
                input=password
            />
            <details open=move || open.get()>
                <summary>{text::DELETE_NOW}</summary>
                <div class="details-body">
                    <p>{text::DELETE_NOW_HINT}</p>
                    <CodeField id="code" label=fields::CODE_LABEL error=at_code input=input />
                </div>
            </details>
        </Form>
        {dialog}
    }
}

/// What the person is being asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// The end in 30 days.
    Later,
    /// The end at once.
    Now,
}
