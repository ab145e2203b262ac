use keyhaven_client::persona::flows::reset::ResetView;
use keyhaven_client::problem::InputFault;
use leptos::prelude::*;

use super::deriving;
use crate::pages::reset::ResetPanel;
use crate::pages::stage::Stage;
use crate::route::Base;

fn panel(base: Base, stage: Stage<ResetView>) -> AnyView {
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    view! { <ResetPanel base=base stage=stage on_input=nothing on_cancel=cancel /> }.into_any()
}

fn address() -> String {
    "ada@example.org".to_owned()
}

pub(super) fn ask(base: Base) -> AnyView {
    panel(base, Stage::new(ResetView::AskForLink { problem: None }))
}

pub(super) fn link_spent(base: Base) -> AnyView {
    panel(
        base,
        Stage::new(ResetView::AskForLink {
            problem: Some(InputFault::LinkSpent.into()),
        }),
    )
}

pub(super) fn asked(base: Base) -> AnyView {
    panel(base, Stage::new(ResetView::Asked))
}

pub(super) fn choose(base: Base) -> AnyView {
    panel(
        base,
        Stage::new(ResetView::ChoosePassword {
            address: address(),
            problem: None,
        }),
    )
}

pub(super) fn working(base: Base) -> AnyView {
    let stage = Stage::new(ResetView::ChoosePassword {
        address: address(),
        problem: None,
    });
    stage.work(Some(deriving()));
    panel(base, stage)
}

pub(super) fn done(base: Base) -> AnyView {
    panel(base, Stage::new(ResetView::Done { address: address() }))
}
