//! Getting in, on every page that needs somebody who is in: the flow, its screens, and what was before it.

use std::rc::Rc;

use keyhaven_client::driver::{Flow as _, Remote, drive, inbox};
use keyhaven_client::persona::SessionOver;
use keyhaven_client::persona::flows::access::{Access, AccessEnd, AccessInput, AccessView, Entrance};
use leptos::prelude::*;

use super::persona::access::{self, AccessPanel};
use crate::browser::host::BrowserHost;
use crate::components::{Callout, Tone};
use crate::messages::{account, unlock as text};
use crate::pages::stage::Stage;
use crate::route::Base;

/// Somebody on the way in, perhaps after something that ended.
pub(crate) struct WayIn {
    stage: Stage<AccessView>,
    remote: Remote<AccessInput>,
    before: Option<Before>,
}

/// What was before the person is asked to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Another page, which knows the password that this one asks for.
    OtherPage,
    /// The same, on the way to sealing everything again.
    ToSealAgain,
    LeftLocked,
    SignedOut,
    SessionOver,
    TwoCodes,
    AccountRemoved,
}

impl From<SessionOver> for Before {
    fn from(over: SessionOver) -> Self {
        match over {
            SessionOver::SignedOut => Self::SignedOut,
            SessionOver::Ended => Self::SessionOver,
            SessionOver::EndedWithTwoCodes => Self::TwoCodes,
            SessionOver::AccountRemoved => Self::AccountRemoved,
        }
    }
}

impl WayIn {
    /// Shows the way in and walks it with the person. `None` if the page goes away meanwhile.
    pub(crate) async fn walk(
        host: &BrowserHost,
        entrance: Entrance,
        before: Option<Before>,
        show: &dyn Fn(Rc<Self>),
    ) -> Option<AccessEnd> {
        let flow = Access::new(entrance);
        let stage = Stage::new(flow.view(None));
        let (remote, hears) = inbox();
        show(Rc::new(Self {
            stage,
            remote,
            before,
        }));
        drive(flow, host, hears, |view| access::show(stage, view)).await
    }

    /// Its screens.
    pub(crate) fn view(&self, base: Base) -> AnyView {
        let stage = self.stage;
        let remote = StoredValue::new_local(self.remote.clone());
        let on_input = Callback::new(move |input| remote.with_value(|remote| remote.send(input)));
        let on_cancel = Callback::new(move |()| remote.with_value(Remote::cancel));
        let note = self.before.map(|before| {
            let (tone, title) = match before {
                Before::OtherPage => (Tone::Info, account::SETTINGS_SIGN_IN),
                Before::ToSealAgain => (Tone::Info, account::SEAL_AGAIN_SIGN_IN),
                Before::LeftLocked => (Tone::Info, text::LEFT_LOCKED),
                Before::SignedOut => (Tone::Info, text::SIGNED_OUT),
                Before::SessionOver => (Tone::Warning, text::SESSION_OVER),
                Before::TwoCodes => (Tone::Warning, text::TWO_CODES_OVER),
                Before::AccountRemoved => (Tone::Ok, account::ACCOUNT_REMOVED),
            };
            view! { <div class="note" role="status"><Callout tone=tone title=title /></div> }
        });
        view! {
            {note}
            <AccessPanel base=base stage=stage on_input=on_input on_cancel=on_cancel />
        }
        .into_any()
    }
}
