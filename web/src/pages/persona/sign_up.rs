use keyhaven_client::persona::flows::access::{AccessInput, Entrance};
use keyhaven_client::problem::Problem as FlowProblem;
use leptos::prelude::*;

use super::address_and_new_password::AddressAndNewPassword;
use crate::components::{FieldKind, Form, NewPasswordFields, PageHead, Steps, TextField};
use crate::messages::problems::Deed;
use crate::messages::{fields, problems, sign_up as text};
use crate::reader::Reader;

/// Address and password of a new account.
#[component]
pub fn SignUp(
    #[prop(into)] problem: Signal<Option<FlowProblem>>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
    let form = AddressAndNewPassword::new();
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            if let Some((address, password)) = form.read(reader).await {
                on_input.run(AccessInput::SignUp { address, password });
            }
        });
    };
    let words = Signal::derive(move || {
        problem
            .get()
            .map(|problem| problems::describe_of(&problem, Deed::NewAccount))
    });
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
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=form.address_error input=form.address />
                <NewPasswordFields
                    owner=form.owner()
                    first=form.first
                    second=form.second
                    first_error=form.first_error
                    second_error=form.second_error
                />
            </Form>
        </div>
    }
}
