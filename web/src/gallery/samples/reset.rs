use keyhaven_client::persona::flows::reset::ResetView;
use keyhaven_client::problem::InputFault;
use keyhaven_protocol::persona::ResetCodeKind;
use leptos::prelude::*;

use super::{deriving, offline, shown};
use crate::browser::config::ConfigError;
use crate::messages::problems;
use crate::pages::connect::{self, NoServer};
use crate::pages::reset::ResetPanel;
use crate::pages::stage::Stage;
use crate::route::Base;

fn panel(base: Base, stage: Stage<ResetView>) -> AnyView {
    let nothing = Callback::new(|_| ());
    let cancel = Callback::new(|()| ());
    view! {
        <div data-shows=stage.peek(shown::reset)>
            <ResetPanel base=base stage=stage on_input=nothing on_cancel=cancel />
        </div>
    }
    .into_any()
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
            kind: ResetCodeKind::Derived,
            problem: None,
        }),
    )
}

pub(super) fn choose_failed(base: Base) -> AnyView {
    panel(
        base,
        Stage::new(ResetView::ChoosePassword {
            address: address(),
            kind: ResetCodeKind::Derived,
            problem: Some(offline()),
        }),
    )
}

pub(super) fn working(base: Base) -> AnyView {
    let stage = Stage::new(ResetView::ChoosePassword {
        address: address(),
        kind: ResetCodeKind::Derived,
        problem: None,
    });
    stage.work(Some(deriving()));
    panel(base, stage)
}

pub(super) fn choose_for_messenger(base: Base) -> AnyView {
    panel(
        base,
        Stage::new(ResetView::ChoosePassword {
            address: address(),
            kind: ResetCodeKind::Typed,
            problem: None,
        }),
    )
}

fn done_for(base: Base, kind: ResetCodeKind) -> AnyView {
    let address = address();
    panel(base, Stage::new(ResetView::Done { address, kind }))
}

pub(super) fn done(base: Base) -> AnyView {
    done_for(base, ResetCodeKind::Derived)
}

pub(super) fn done_for_messenger(base: Base) -> AnyView {
    done_for(base, ResetCodeKind::Typed)
}

pub(super) fn no_server(_: Base) -> AnyView {
    connect::no_server(NoServer::because(problems::config(ConfigError::Malformed))).into_any()
}
