use keyhaven_client::persona::flows::access::{AccessInput, Entrance};
use keyhaven_client::problem::Problem as FlowProblem;
use leptos::html;
use leptos::prelude::*;

use crate::components::{BackLink, FieldKind, Form, PageHead, SecretField, SecretKind, TextField};
use crate::messages::{fields, problems, ways_back as text};
use crate::parse;

/// Address and the last password that opened the backup, for somebody whose password somebody else changed.
#[component]
pub fn PutPasswordBack(
    #[prop(into)] problem: Signal<Option<FlowProblem>>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
    let address = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let address_error = RwSignal::new(None);
    let password_error = RwSignal::new(None);
    let submit = move |()| {
        let parsed_address = parse::address(address);
        let parsed_password = parse::password(password);
        address_error.set(parsed_address.as_ref().err().map(|error| (*error).to_owned()));
        password_error.set(parsed_password.as_ref().err().map(|error| (*error).to_owned()));
        match (parsed_address, parsed_password) {
            (Ok(address), Ok(password)) => on_input.run(AccessInput::PutPasswordBack { address, password }),
            (Err(_), _) => parse::focus(address),
            (_, Err(_)) => parse::focus(password),
        }
    };
    let words = Signal::derive(move || problem.get().map(|problem| problems::describe(&problem)));
    let back = Callback::new(move |()| on_input.run(AccessInput::Enter(Entrance::SignIn)));
    view! {
        <div class="stack">
            <BackLink label=text::BACK on_back=back />
            <PageHead title=text::OLD_TITLE lead=text::OLD_LEAD />
            <Form submit=text::OLD_SUBMIT on_submit=submit busy=busy problem=words>
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=address_error input=address />
                <SecretField
                    id="old-password"
                    kind=SecretKind::Old
                    label=text::OLD_LABEL
                    hint=text::OLD_HINT
                    error=password_error
                    input=password
                />
                <p class="muted">{text::OLD_NOTE}</p>
            </Form>
        </div>
    }
}
