use keyhaven_client::persona::flows::access::{AccessInput, Entrance};
use keyhaven_client::problem::{InputFault, Problem as FlowProblem, ProblemKind};
use keyhaven_core::password::Password;
use keyhaven_protocol::address::Address;
use leptos::html;
use leptos::prelude::*;

use crate::browser::dates;
use crate::components::{
    BackLink, Choice, FieldKind, Form, PageHead, Picture, SecretField, SecretKind, TextField,
};
use crate::messages::problems::Deed;
use crate::messages::{fields, problems, states, unlock as text, ways_back};
use crate::parse;
use crate::reader::Reader;
use crate::route::{Base, Route};

/// Address and password of an account that is there.
#[component]
pub fn SignIn(
    base: Base,
    #[prop(into)] problem: Signal<Option<FlowProblem>>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
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
    let asked = Asked {
        submit: text::SIGN_IN,
        id: "password",
        kind: SecretKind::Current,
        label: fields::PASSWORD,
        hint: "",
        note: "",
        deed: Deed::Other,
        input: |address, password| AccessInput::SignIn { address, password },
    };
    view! {
        <div class="stack">
            <PageHead title=text::SIGN_IN_TITLE />
            {address_and_password(asked, problem, busy, on_input, Some(aside))}
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

/// Address and the last password that opened the backup, for somebody whose password somebody else changed.
#[component]
pub fn PutPasswordBack(
    #[prop(into)] problem: Signal<Option<FlowProblem>>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
) -> impl IntoView {
    let back = Callback::new(move |()| on_input.run(AccessInput::Enter(Entrance::SignIn)));
    let asked = Asked {
        submit: ways_back::OLD_SUBMIT,
        id: "old-password",
        kind: SecretKind::Old,
        label: ways_back::OLD_LABEL,
        hint: ways_back::OLD_HINT,
        note: ways_back::OLD_NOTE,
        deed: Deed::OldPassword,
        input: |address, password| AccessInput::PutPasswordBack { address, password },
    };
    view! {
        <div class="stack">
            <BackLink label=ways_back::BACK on_back=back />
            <PageHead title=ways_back::OLD_TITLE lead=ways_back::OLD_LEAD />
            {address_and_password(asked, problem, busy, on_input, None)}
        </div>
    }
}

/// What differs between the two forms.
struct Asked {
    submit: &'static str,
    id: &'static str,
    kind: SecretKind,
    label: &'static str,
    hint: &'static str,
    note: &'static str,
    deed: Deed,
    input: fn(Address, Password) -> AccessInput,
}

/// An address and a password that is there. One form for both, since people load what it weighs.
fn address_and_password(
    asked: Asked,
    problem: Signal<Option<FlowProblem>>,
    busy: Signal<bool>,
    on_input: Callback<AccessInput>,
    aside: Option<AnyView>,
) -> AnyView {
    let address = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let address_error = RwSignal::new(None);
    let password_error = RwSignal::new(None);
    let Asked {
        submit,
        id,
        kind,
        label,
        hint,
        note,
        deed,
        input,
    } = asked;
    let reader = expect_context::<Reader>();
    let on_submit = move |()| {
        reader.run(async move {
            let read_address = reader.address(address).await;
            let read_password = reader.password(password).await;
            address_error.set(read_address.as_ref().err().map(|error| (*error).to_owned()));
            password_error.set(read_password.as_ref().err().map(|error| (*error).to_owned()));
            match (read_address, read_password) {
                (Ok(address), Ok(password)) => on_input.run(input(address, password)),
                (Err(_), _) => parse::focus(address),
                (_, Err(_)) => parse::focus(password),
            }
        });
    };
    let words = Signal::derive(move || {
        problem.get().map(|problem| {
            let mut words = problems::describe_of(&problem, deed);
            if let ProblemKind::FrozenBeforeSetUp { until: Some(until) } = problem.kind {
                words.next = states::frozen_wait(&dates::day(until.0));
            }
            words
        })
    });
    let aside = aside.unwrap_or_else(|| ().into_any());
    view! {
        <Form submit=submit on_submit=on_submit busy=busy problem=words aside=aside>
            <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=address_error input=address />
            <SecretField id=id kind=kind label=label hint=hint error=password_error input=password />
            {(!note.is_empty()).then(|| view! { <p class="muted">{note}</p> })}
        </Form>
    }
    .into_any()
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
