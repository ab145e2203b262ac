use keyhaven_client::persona::flows::settings::SettingsInput;
use leptos::html;
use leptos::prelude::*;

use crate::components::{Form, NewPasswordFields, Owner, PageHead, SecretField, SecretKind};
use crate::messages::{Problem, account as text};
use crate::parse::{self, NewPasswordError};
use crate::reader::Reader;

/// The present password and a new one.
#[component]
pub fn ChangePassword(
    #[prop(into)] address: String,
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<SettingsInput>,
) -> impl IntoView {
    let current = NodeRef::<html::Input>::new();
    let first = NodeRef::<html::Input>::new();
    let second = NodeRef::<html::Input>::new();
    let current_error = RwSignal::new(None);
    let first_error = RwSignal::new(None);
    let second_error = RwSignal::new(None);
    let owner = Owner::Known(StoredValue::new(address));
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            let read_current = reader.password(current).await;
            let read_new = reader.new_password(first, second, owner).await;
            current_error.set(read_current.as_ref().err().map(|error| (*error).to_owned()));
            let (at_first, at_second) = NewPasswordError::split(read_new.as_ref().err());
            first_error.set(at_first);
            second_error.set(at_second);
            match (read_current, read_new) {
                (Ok(current), Ok(new)) => on_input.run(SettingsInput::ChangePassword { current, new }),
                (Err(_), _) => parse::focus(current),
                (_, Err(NewPasswordError::First(_))) => parse::focus(first),
                (_, Err(NewPasswordError::Second(_))) => parse::focus(second),
            }
        });
    };
    view! {
        <PageHead title=text::CHANGE_PASSWORD lead=text::CHANGE_LEAD />
        <Form submit=text::CHANGE_SUBMIT on_submit=submit busy=busy problem=problem>
            <SecretField
                id="current-password"
                kind=SecretKind::Current
                label=text::CURRENT_PASSWORD
                error=current_error
                input=current
            />
            <NewPasswordFields owner=owner first=first second=second first_error=first_error second_error=second_error />
        </Form>
    }
}
