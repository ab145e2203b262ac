//! "You are in. Your backup is still locked." Three ways on, and none of them is the end.

use keyhaven_client::persona::account::OldPassword;
use keyhaven_client::persona::flows::access::{AccessInput, CodeProblem, LockedProblem, OldPasswordProblem};
use keyhaven_client::persona::{Account, TypedText};
use keyhaven_protocol::persona::AccountState;
use leptos::html;
use leptos::prelude::*;

use crate::code_forms;
use crate::components::{
    BackLink, Callout, Choice, CodeField, CodeFieldError, CodeInput, Form, PageHead, Picture, ProblemCallout,
    SecretField, SecretKind, Tone,
};
use crate::messages::{Problem, account, code, fields, problems, unlock as text};
use crate::parse;
use crate::reader::Reader;

/// Which way the person took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// None yet.
    Choose,
    /// The recovery code.
    Code,
    /// The old password.
    OldPassword,
    /// Nothing at hand.
    Later,
}

/// A backup that is locked.
#[component]
pub fn Locked(
    account: Account,
    #[prop(into)] problem: Signal<Option<LockedProblem>, LocalStorage>,
    #[prop(into)] busy: Signal<bool>,
    on_input: Callback<AccessInput>,
    #[prop(default = Way::Choose)] start: Way,
) -> impl IntoView {
    let way = RwSignal::new(start);
    let choose = Callback::new(move |()| way.set(Way::Choose));
    let old_password = account.old_password;
    let state = account.state;
    let address = account.address;
    move || {
        match way.get() {
        Way::Choose => {
            view! { <Choose address=address.clone() old_password=old_password state=state problem=other(problem) way=way /> }
                .into_any()
        }
        Way::Code => {
            view! { <ByCode problem=problem busy=busy on_input=on_input on_back=choose /> }.into_any()
        }
        Way::OldPassword => {
            view! { <ByOldPassword problem=problem busy=busy on_input=on_input on_back=choose /> }.into_any()
        }
        Way::Later => view! { <Later on_input=on_input on_back=choose /> }.into_any(),
    }
    }
}

#[component]
fn Choose(
    address: String,
    old_password: OldPassword,
    state: AccountState,
    problem: Signal<Option<Problem>>,
    way: RwSignal<Way>,
) -> impl IntoView {
    let choice = move |to: Way, picture: Picture, title: &'static str, hint: &'static str| {
        let choose = move |()| way.set(to);
        view! { <Choice picture=picture title=title hint=hint on_choose=choose /> }
    };
    let by_old = matches!(old_password, OldPassword::Kept { .. })
        .then(|| choice(Way::OldPassword, Picture::Key, text::BY_OLD, text::BY_OLD_HINT));
    // A backup is locked by a reset, or because the record that the password opens is damaged.
    let (lead, no_old_password) = match state {
        AccountState::Unproven => (text::LOCKED_LEAD, text::OLD_GONE),
        _ => (text::LOCKED_LEAD_OTHER, ""),
    };
    view! {
        <div class="stack">
            <PageHead title=text::LOCKED_TITLE lead=lead />
            {move || problem.get().map(|problem| view! { <ProblemCallout problem=problem /> })}
            <p class="muted">{account::signed_in_as(&address)}</p>
            {(state == AccountState::Frozen)
                .then(|| {
                    view! {
                        <Callout tone=Tone::Warning title=text::LOCKED_FROZEN_TITLE><p>{text::LOCKED_FROZEN}</p></Callout>
                    }
                })}
            <ul class="choices">
                {choice(Way::Code, Picture::Code, text::BY_CODE, text::BY_CODE_HINT)}
                {by_old}
                {choice(Way::Later, Picture::Lock, text::LATER, text::LATER_HINT)}
            </ul>
            {(old_password == OldPassword::NotKept).then(|| view! { <p class="muted">{no_old_password}</p> })}
        </div>
    }
}

#[component]
fn ByCode(
    problem: Signal<Option<LockedProblem>, LocalStorage>,
    busy: Signal<bool>,
    on_input: Callback<AccessInput>,
    on_back: Callback<()>,
) -> impl IntoView {
    let input = CodeInput::new(code_forms::GROUPS);
    let typed = StoredValue::new(input.clone());
    let error = Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(LockedProblem::Code(found)) => Some(code_error(found)),
            _ => None,
        })
    });
    let submit = move |()| {
        on_input.run(AccessInput::UnlockByCode(TypedText::new(
            typed.with_value(CodeInput::text),
        )))
    };
    view! {
        <div class="stack">
            <BackLink label=text::OTHER_WAY on_back=on_back />
            <PageHead title=text::CODE_TITLE />
            <Form submit=text::CODE_SUBMIT on_submit=submit busy=busy problem=other(problem)>
                <CodeField id="code" label=fields::CODE_LABEL error=error input=input />
            </Form>
        </div>
    }
}

/// What the code field says about a code that does not open this backup.
pub(crate) fn code_error(problem: &CodeProblem) -> CodeFieldError {
    match problem {
        CodeProblem::Malformed(error) => code_forms::field_error(error),
        other => CodeFieldError {
            group: None,
            text: code::does_not_open(other),
            suggestion: None,
        },
    }
}

#[component]
fn ByOldPassword(
    problem: Signal<Option<LockedProblem>, LocalStorage>,
    busy: Signal<bool>,
    on_input: Callback<AccessInput>,
    on_back: Callback<()>,
) -> impl IntoView {
    let password = NodeRef::<html::Input>::new();
    let typed_error = RwSignal::new(None::<String>);
    let error = Signal::derive(move || {
        typed_error.get().or_else(|| {
            problem.with(|problem| match problem {
                Some(LockedProblem::OldPassword(OldPasswordProblem::NotTheOldOne)) => {
                    Some(text::OLD_WRONG.to_owned())
                }
                Some(LockedProblem::OldPassword(OldPasswordProblem::DamagedRecord)) => {
                    Some(text::OLD_DAMAGED.to_owned())
                }
                _ => None,
            })
        })
    });
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            match reader.password(password).await {
                Ok(password) => {
                    typed_error.set(None);
                    on_input.run(AccessInput::UnlockByOldPassword(password));
                }
                Err(error) => {
                    typed_error.set(Some(error.to_owned()));
                    parse::focus(password);
                }
            }
        });
    };
    view! {
        <div class="stack">
            <BackLink label=text::OTHER_WAY on_back=on_back />
            <PageHead title=text::OLD_TITLE />
            <Form submit=text::CODE_SUBMIT on_submit=submit busy=busy problem=other(problem)>
                <SecretField
                    id="old-password"
                    kind=SecretKind::Old
                    label=text::OLD_LABEL
                    hint=text::OLD_HINT
                    error=error
                    input=password
                />
            </Form>
        </div>
    }
}

fn other(problem: Signal<Option<LockedProblem>, LocalStorage>) -> Signal<Option<Problem>> {
    Signal::derive(move || {
        problem.with(|problem| match problem {
            Some(LockedProblem::Other(problem)) => Some(problems::describe(problem)),
            _ => None,
        })
    })
}

#[component]
fn Later(on_input: Callback<AccessInput>, on_back: Callback<()>) -> impl IntoView {
    view! {
        <div class="stack">
            <PageHead title=text::LATER_TITLE />
            <Callout tone=Tone::Info title=text::LATER_NOTE><p>{text::LATER_BODY}</p></Callout>
            <div class="actions">
                <button type="button" class="button button-primary" on:click=move |_| on_input.run(AccessInput::Later)>
                    {account::SIGN_OUT}
                </button>
                <button type="button" class="button" on:click=move |_| on_back.run(())>{text::TRY_AGAIN}</button>
            </div>
        </div>
    }
}
