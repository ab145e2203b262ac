use keyhaven_client::persona::flows::letter::{EarlierClick, LetterAct, LetterDone, LetterPage, LetterView};
use keyhaven_client::problem::Problem;
use keyhaven_client::progress::{Doing, Progress};
use leptos::prelude::*;

use super::{offline, shown};
use crate::pages::letter::LetterPanel;
use crate::pages::stage::Stage;
use crate::route::Base;

fn panel(base: Base, stage: Stage<LetterView>) -> AnyView {
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    view! {
        <div data-shows=stage.peek(shown::letter)>
            <LetterPanel base=base stage=stage on_input=nothing on_cancel=cancel />
        </div>
    }
    .into_any()
}

fn ask(base: Base, act: LetterAct, problem: Option<Problem>) -> AnyView {
    panel(base, Stage::new(LetterView::Ask { act, problem }))
}

pub(super) fn confirm(base: Base) -> AnyView {
    ask(base, LetterAct::ConfirmSignUp, None)
}

pub(super) fn confirm_change_from(base: Base) -> AnyView {
    ask(base, LetterAct::ConfirmChangeFrom, None)
}

pub(super) fn confirm_change_to(base: Base) -> AnyView {
    ask(base, LetterAct::ConfirmChangeTo, None)
}

pub(super) fn freeze(base: Base) -> AnyView {
    ask(base, LetterAct::Freeze, None)
}

pub(super) fn failed(base: Base) -> AnyView {
    ask(base, LetterAct::ConfirmSignUp, Some(offline()))
}

pub(super) fn working(base: Base) -> AnyView {
    let act = LetterAct::ConfirmSignUp;
    let stage = Stage::new(LetterView::Ask { act, problem: None });
    stage.work(Some(Progress::of(Doing::Confirming)));
    panel(base, stage)
}

fn spent(base: Base, page: LetterPage, earlier: EarlierClick) -> AnyView {
    panel(base, Stage::new(LetterView::Spent { page, earlier }))
}

pub(super) fn confirm_spent(base: Base) -> AnyView {
    spent(base, LetterPage::Confirm, EarlierClick::None)
}

pub(super) fn freeze_spent(base: Base) -> AnyView {
    spent(base, LetterPage::Freeze, EarlierClick::None)
}

pub(super) fn freeze_spent_after_a_click(base: Base) -> AnyView {
    spent(base, LetterPage::Freeze, EarlierClick::Unanswered)
}

fn done(base: Base, done: LetterDone) -> AnyView {
    panel(base, Stage::new(LetterView::Done(done)))
}

pub(super) fn confirmed(base: Base) -> AnyView {
    done(base, LetterDone::AccountConfirmed)
}

pub(super) fn one_side(base: Base) -> AnyView {
    done(base, LetterDone::AddressChangeWaits)
}

pub(super) fn address_changed(base: Base) -> AnyView {
    done(base, LetterDone::AddressChanged)
}

pub(super) fn frozen(base: Base) -> AnyView {
    done(base, LetterDone::Frozen)
}
