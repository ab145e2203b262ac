//! What a click on the page behind a mailed link does: confirm an address, or freeze an account. Nothing of the link
//! leaves before the click: mail scanners open links and run scripts.

use keyhaven_client::driver::{Flow as _, Remote, drive, inbox};
use keyhaven_client::persona::flows::letter::{
    EarlierClick, Letter, LetterAct, LetterDone, LetterInput, LetterPage, LetterView,
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::components::{Callout, PageHead, ProblemCallout, Tone};
use crate::handover::Handover;
use crate::messages::{letter as text, problems};
use crate::pages::connect::{Trouble, connect, no_server};
use crate::pages::stage::{Stage, WorkOrScreen};
use crate::reset_link;
use crate::route::{Base, Route};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ask(LetterAct),
    Spent(LetterPage, EarlierClick),
    Done(LetterDone),
}

fn kind(view: &LetterView) -> Option<Kind> {
    match view {
        LetterView::Ask { act, .. } => Some(Kind::Ask(*act)),
        LetterView::Spent { page, earlier } => Some(Kind::Spent(*page, *earlier)),
        LetterView::Done(done) => Some(Kind::Done(*done)),
        // Work is shown beside the screen it was started from, and never as one.
        LetterView::Working { .. } => None,
    }
}

fn show(stage: Stage<LetterView>, view: LetterView) {
    match view {
        LetterView::Working { progress } => stage.work(progress),
        screen => stage.show(screen),
    }
}

/// The page.
#[component]
pub fn LetterScreens(page: LetterPage, handover: Handover) -> impl IntoView {
    let code = reset_link::code(&handover).unwrap_or_default();
    let flow = Letter::open(page, &code);
    let stage = Stage::new(flow.view(None));
    let (remote, hears) = inbox();
    let remote: StoredValue<Remote<LetterInput>, LocalStorage> = StoredValue::new_local(remote);
    let trouble: Trouble = RwSignal::new_local(None);
    let base = handover.base.clone();
    spawn_local(async move {
        let host = connect(&handover, trouble).await;
        // It ends with the page only: the way on is a link.
        let _ = drive(flow, &host, hears, |view| show(stage, view)).await;
    });
    let on_input = Callback::new(move |input| remote.with_value(|remote| remote.send(input)));
    let on_cancel = Callback::new(move |()| remote.with_value(Remote::cancel));
    move || match trouble.get() {
        Some(found) => no_server(found).into_any(),
        None => view! { <LetterPanel base=base.clone() stage=stage on_input=on_input on_cancel=on_cancel /> }
            .into_any(),
    }
}

/// The page's screens.
#[component]
pub fn LetterPanel(
    base: Base,
    stage: Stage<LetterView>,
    on_input: Callback<LetterInput>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let kind = Memo::new(move |_| stage.with(kind));
    let screen = move || match kind.get() {
        Some(Kind::Ask(act)) => ask(stage, act, on_input),
        Some(Kind::Spent(page, earlier)) => spent(&base, page, earlier),
        Some(Kind::Done(done)) => after(&base, done),
        None => ().into_any(),
    };
    view! { <WorkOrScreen stage=stage on_cancel=on_cancel>{screen}</WorkOrScreen> }
}

fn ask(stage: Stage<LetterView>, act: LetterAct, on_input: Callback<LetterInput>) -> AnyView {
    let (title, body, button) = text::ask(act);
    let problem = move || {
        stage.with(|view| match view {
            LetterView::Ask {
                problem: Some(problem),
                ..
            } => Some(view! { <ProblemCallout problem=problems::describe(problem) /> }),
            _ => None,
        })
    };
    let class = match act {
        LetterAct::Freeze => "button button-danger",
        _ => "button button-primary",
    };
    view! {
        <div class="stack">
            <PageHead title=title />
            {problem}
            {paragraphs(body)}
            <div class="actions">
                <button type="button" class=class on:click=move |_| on_input.run(LetterInput::Act)>{button}</button>
            </div>
            <Callout tone=Tone::Info title=text::NEVER_TITLE><p>{text::NEVER}</p></Callout>
        </div>
    }
    .into_any()
}

fn spent(base: &Base, page: LetterPage, earlier: EarlierClick) -> AnyView {
    view! {
        <div class="stack">
            <PageHead title=text::SPENT_TITLE />
            {paragraphs(text::spent(page, earlier))}
            {ways_on(base)}
        </div>
    }
    .into_any()
}

fn after(base: &Base, done: LetterDone) -> AnyView {
    let (title, body) = text::done(done);
    view! {
        <div class="stack">
            <PageHead title=title lead=body />
            {text::done_hint(done).map(|hint| view! { <p>{hint}</p> })}
            {ways_on(base)}
        </div>
    }
    .into_any()
}

fn ways_on(base: &Base) -> AnyView {
    view! {
        <div class="actions">
            <a class="button button-primary" href=base.href(Route::Persona)>{text::TO_PERSONAS}</a>
            <a class="button button-quiet" href=base.href(Route::Start)>{text::TO_START}</a>
        </div>
    }
    .into_any()
}

fn paragraphs(words: &'static [&'static str]) -> AnyView {
    let words: Vec<_> = words.iter().map(|words| view! { <p>{*words}</p> }).collect();
    words.into_any()
}
