use keyhaven_client::persona::flows::access::{AccessInput, Entrance};
use keyhaven_client::problem::Problem as FlowProblem;
use leptos::html;
use leptos::prelude::*;

use crate::components::{FieldKind, Form, NewPasswordFields, PageHead, Steps, TextField};
use crate::messages::{fields, problems, sign_up as text};
use crate::parse::{self, NewPasswordError};

/// Address and password of a new account.
#[component]
pub fn SignUp(
    #[prop(into)] problem: Signal<Option<FlowProblem>>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
    let address = NodeRef::<html::Input>::new();
    let first = NodeRef::<html::Input>::new();
    let second = NodeRef::<html::Input>::new();
    let address_error = RwSignal::new(None);
    let first_error = RwSignal::new(None);
    let second_error = RwSignal::new(None);
    let submit = move |()| {
        let parsed_address = parse::address(address);
        let parsed_password = parse::new_password(first, second);
        address_error.set(parsed_address.as_ref().err().map(|error| (*error).to_owned()));
        let (at_first, at_second) = NewPasswordError::split(parsed_password.as_ref().err());
        first_error.set(at_first);
        second_error.set(at_second);
        match (parsed_address, parsed_password) {
            (Ok(address), Ok(password)) => on_input.run(AccessInput::SignUp { address, password }),
            (Err(_), _) => parse::focus(address),
            (_, Err(NewPasswordError::First(_))) => parse::focus(first),
            (_, Err(NewPasswordError::Second(_))) => parse::focus(second),
        }
    };
    let words = Signal::derive(move || problem.get().map(|problem| problems::describe(&problem)));
    let aside = view! {
        <button
            type="button"
            class="button button-quiet"
            on:click=move |_| on_input.run(AccessInput::Enter(Entrance::SignIn))
        >
            {text::HAVE_ONE}
        </button>
    }
    .into_any();
    view! {
        <div class="stack">
            <Steps names=text::STEPS.to_vec() current=0 />
            <PageHead title=text::TITLE lead=text::LEAD />
            <Form submit=text::SUBMIT on_submit=submit busy=busy problem=words aside=aside>
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=address_error input=address />
                <NewPasswordFields first=first second=second first_error=first_error second_error=second_error />
            </Form>
        </div>
    }
}
