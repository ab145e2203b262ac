use keyhaven_client::persona::flows::access::{AccessInput, Entrance};
use keyhaven_client::problem::{InputFault, Problem as FlowProblem, ProblemKind};
use leptos::html;
use leptos::prelude::*;

use crate::components::{Choice, FieldKind, Form, PageHead, Picture, SecretField, SecretKind, TextField};
use crate::messages::{fields, problems, unlock as text, ways_back};
use crate::parse;
use crate::route::{Base, Route};

/// Address and password of an account that is there.
#[component]
pub fn SignIn(
    base: Base,
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
            (Ok(address), Ok(password)) => on_input.run(AccessInput::SignIn { address, password }),
            (Err(_), _) => parse::focus(address),
            (_, Err(_)) => parse::focus(password),
        }
    };
    let words = Signal::derive(move || problem.get().map(|problem| problems::describe(&problem)));
    // The way out of the most frequent mistake is one click away, beside the button.
    let taken = move || {
        problem.with(|problem| {
            problem
                .as_ref()
                .is_some_and(|problem| problem.kind == ProblemKind::Input(InputFault::WrongCredentials))
        })
    };
    let aside = view! {
        <a class=move || if taken() { "button" } else { "button button-quiet" } href=base.href(Route::Reset)>{text::FORGOT}</a>
    }
    .into_any();
    view! {
        <div class="stack">
            <PageHead title=text::SIGN_IN_TITLE />
            <Form submit=text::SIGN_IN on_submit=submit busy=busy problem=words aside=aside>
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=address_error input=address />
                <SecretField
                    id="password"
                    kind=SecretKind::Current
                    label=fields::PASSWORD
                    error=password_error
                    input=password
                />
            </Form>
            <section class="stack-tight" aria-labelledby="other-ways">
                <h2 id="other-ways">{ways_back::OTHER_WAYS}</h2>
                <ul class="choices">
                    {other_way(on_input, Entrance::RecoveryCode, Picture::Code, ways_back::RECOVER, ways_back::RECOVER_HINT)}
                    {other_way(
                        on_input,
                        Entrance::OldPassword,
                        Picture::Key,
                        ways_back::OLD_PASSWORD,
                        ways_back::OLD_PASSWORD_HINT,
                    )}
                </ul>
            </section>
            <div class="actions">
                <button
                    type="button"
                    class="button button-quiet"
                    on:click=move |_| on_input.run(AccessInput::Enter(Entrance::SignUp))
                >
                    {text::NO_ACCOUNT}
                </button>
            </div>
        </div>
    }
}

fn other_way(
    on_input: Callback<AccessInput>,
    entrance: Entrance,
    picture: Picture,
    title: &'static str,
    hint: &'static str,
) -> AnyView {
    let enter = move |()| on_input.run(AccessInput::Enter(entrance));
    view! { <Choice picture=picture title=title hint=hint on_choose=enter /> }.into_any()
}
