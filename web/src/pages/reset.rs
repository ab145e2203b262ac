//! A new password by a mailed link. This page has no field for a recovery code or an old password and says that it
//! never will. Nothing of the link leaves before a new password was typed: mail scanners open links and run scripts.

use keyhaven_client::driver::{Flow as _, Remote, drive, inbox};
use keyhaven_client::persona::flows::reset::{Reset, ResetInput, ResetView};
use keyhaven_client::problem::{InputFault, ProblemKind};
use keyhaven_protocol::persona::ResetCodeKind;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::components::{Callout, FieldKind, Form, NewPasswordFields, Owner, PageHead, TextField, Tone};
use crate::handover::Handover;
use crate::messages::problems::Deed;
use crate::messages::{Problem, fields, problems, reset as text};
use crate::pages::connect::{Trouble, connect, no_server};
use crate::pages::stage::{Stage, WorkOrScreen};
use crate::parse::{self, NewPasswordError};
use crate::reader::Reader;
use crate::reset_link;
use crate::route::{Base, Route};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    AskForLink,
    Asked,
    ChoosePassword(String, ResetCodeKind),
    Done(ResetCodeKind),
}

fn kind(view: &ResetView) -> Kind {
    match view {
        ResetView::AskForLink { .. } | ResetView::Working { .. } => Kind::AskForLink,
        ResetView::Asked => Kind::Asked,
        ResetView::ChoosePassword { address, kind, .. } => Kind::ChoosePassword(address.clone(), *kind),
        ResetView::Done { kind, .. } => Kind::Done(*kind),
    }
}

/// Puts what the flow shows on the stage.
pub(crate) fn show(stage: Stage<ResetView>, view: ResetView) {
    match view {
        ResetView::Working { progress } => stage.work(progress),
        screen => stage.show(screen),
    }
}

/// The page.
#[component]
pub fn ResetPage(handover: Handover) -> impl IntoView {
    Reader::provide(&handover);
    let flow = match reset_link::read(&handover) {
        Some(link) => Reset::open_link(&link.email, &link.code),
        None => Reset::ask(),
    };
    let stage = Stage::new(flow.view(None));
    let (remote, hears) = inbox();
    let remote: StoredValue<Remote<ResetInput>, LocalStorage> = StoredValue::new_local(remote);
    let trouble: Trouble = RwSignal::new_local(None);
    let base = handover.base.clone();
    spawn_local(async move {
        let host = connect(&handover, trouble).await;
        // It holds the link as it was taken from the address bar, and what follows lasts as long as the page.
        drop(handover);
        // It ends with the page only: the way on is a link.
        let _ = drive(flow, &host, hears, |view| show(stage, view)).await;
    });
    let on_input = Callback::new(move |input| remote.with_value(|remote| remote.send(input)));
    let on_cancel = Callback::new(move |()| remote.with_value(Remote::cancel));
    move || match trouble.get() {
        Some(found) => no_server(found).into_any(),
        None => view! { <ResetPanel base=base.clone() stage=stage on_input=on_input on_cancel=on_cancel /> }
            .into_any(),
    }
}

/// The page's screens.
#[component]
pub fn ResetPanel(
    base: Base,
    stage: Stage<ResetView>,
    on_input: Callback<ResetInput>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let kind = Memo::new(move |_| stage.with(kind));
    let busy = stage.busy();
    let problem = Signal::derive(move || stage.with(problem_of));
    let screen = move || match kind.get() {
        Kind::AskForLink => view! { <AskForLink problem=problem busy=busy on_input=on_input /> }.into_any(),
        Kind::Asked => view! { <Asked base=base.clone() on_input=on_input /> }.into_any(),
        Kind::ChoosePassword(address, kind) => {
            view! { <ChoosePassword address=address kind=kind problem=problem busy=busy on_input=on_input /> }
                .into_any()
        }
        Kind::Done(kind) => view! { <Done base=base.clone() kind=kind /> }.into_any(),
    };
    view! { <WorkOrScreen stage=stage on_cancel=on_cancel>{screen}</WorkOrScreen> }
}

fn problem_of(view: &ResetView) -> Option<Problem> {
    match view {
        ResetView::AskForLink {
            problem: Some(problem),
        } if problem.kind != ProblemKind::Input(InputFault::LinkSpent) => Some(problems::describe(problem)),
        ResetView::AskForLink { problem } | ResetView::ChoosePassword { problem, .. } => {
            let words = |problem| problems::describe_of(problem, Deed::NewPassword);
            problem.as_ref().map(words)
        }
        _ => None,
    }
}

#[component]
fn AskForLink(
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<ResetInput>,
) -> impl IntoView {
    let address = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None);
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            match reader.address(address).await {
                Ok(address) => {
                    error.set(None);
                    on_input.run(ResetInput::AskForLink(address));
                }
                Err(text) => {
                    error.set(Some(text.to_owned()));
                    parse::focus(address);
                }
            }
        });
    };
    view! {
        <div class="stack">
            <PageHead title=text::ASK_TITLE lead=text::ASK_LEAD />
            <Form submit=text::SEND on_submit=submit busy=busy problem=problem>
                <TextField id="address" kind=FieldKind::Address label=fields::ADDRESS error=error input=address />
            </Form>
        </div>
    }
}

#[component]
fn Asked(base: Base, on_input: Callback<ResetInput>) -> impl IntoView {
    view! {
        <div class="stack">
            <PageHead title=text::SENT_TITLE lead=text::SENT />
            <Callout tone=Tone::Info title=text::NEVER_TITLE><p>{text::NEVER}</p></Callout>
            <p>{text::SENT_HINT}</p>
            <div class="actions">
                <button type="button" class="button" on:click=move |_| on_input.run(ResetInput::AskAgain)>
                    {text::ANOTHER}
                </button>
                <a class="button button-quiet" href=base.href(Route::Persona)>{text::CONTINUE}</a>
            </div>
        </div>
    }
}

#[component]
fn ChoosePassword(
    address: String,
    kind: ResetCodeKind,
    problem: Signal<Option<Problem>>,
    busy: Signal<bool>,
    on_input: Callback<ResetInput>,
) -> impl IntoView {
    let first = NodeRef::<html::Input>::new();
    let second = NodeRef::<html::Input>::new();
    let first_error = RwSignal::new(None);
    let second_error = RwSignal::new(None);
    let owner = Owner::Known(StoredValue::new(address.clone()));
    let reader = expect_context::<Reader>();
    let submit = move |()| {
        reader.run(async move {
            let read = reader.new_password(first, second, owner).await;
            let (at_first, at_second) = NewPasswordError::split(read.as_ref().err());
            first_error.set(at_first);
            second_error.set(at_second);
            match read {
                Ok(password) => on_input.run(ResetInput::SetPassword(password)),
                Err(NewPasswordError::First(_)) => parse::focus(first),
                Err(NewPasswordError::Second(_)) => parse::focus(second),
            }
        });
    };
    view! {
        <div class="stack">
            <PageHead title=text::choose_title(&address) lead=text::choose_lead(kind) />
            <Callout tone=Tone::Info title=text::NEVER_TITLE><p>{text::NEVER}</p></Callout>
            <Form submit=text::SET on_submit=submit busy=busy problem=problem>
                // Where a password manager reads whose password this is.
                <input type="email" autocomplete="username" class="visually-hidden" tabindex="-1" readonly value=address aria-hidden="true" />
                <NewPasswordFields owner=owner first=first second=second first_error=first_error second_error=second_error />
            </Form>
        </div>
    }
}

#[component]
fn Done(base: Base, kind: ResetCodeKind) -> impl IntoView {
    // The app cannot open what a messenger stored under a password as it is typed.
    let go_on = (kind == ResetCodeKind::Derived).then(|| {
        view! {
            <div class="actions">
                <a class="button button-primary" href=base.href(Route::Persona)>{text::CONTINUE}</a>
            </div>
        }
    });
    view! {
        <div class="stack">
            <PageHead title=text::DONE_TITLE lead=text::done(kind) />
            <p class="muted">{text::DONE_SESSIONS}</p>
            {go_on}
        </div>
    }
}
