//! Accounts and personas: getting in, and what is stored.
//!
//! One flow gets the person in. Then another runs on the open backup until the session is over, and it begins again.

pub(crate) mod access;
mod address_and_new_password;
pub(crate) mod locked;
mod recover;
mod sign_in;
mod sign_up;
pub(crate) mod vault;

use std::rc::Rc;

use keyhaven_client::driver::{Flow as _, Remote, drive, inbox};
use keyhaven_client::persona::flows::access::{AccessEnd, Entrance};
use keyhaven_client::persona::flows::vault::{Vault, VaultInput, VaultView};
use keyhaven_client::persona::{SessionOver, Unlocked};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::vault::VaultPanel;
use crate::browser::{host::BrowserHost, page, remembered};
use crate::handover::Handover;
use crate::pages::connect::{Trouble, connect, no_server};
use crate::pages::stage::Stage;
use crate::pages::way_in::{Before, WayIn};
use crate::reader::Reader;
use crate::route::{Base, Route, SEAL_AGAIN};

/// Where the person is.
#[derive(Clone)]
enum Place {
    /// On the way in, perhaps after something that ended.
    Access(Rc<WayIn>),
    /// In.
    Open(Rc<Inside>),
}

struct Inside {
    vault: Stage<VaultView>,
    remote: Remote<VaultInput>,
    /// Whether the end of the session leads to the page about the account.
    to_account: StoredValue<bool>,
}

type Shown = RwSignal<Option<Place>, LocalStorage>;

/// The page.
#[component]
pub fn PersonaPage(handover: Handover) -> impl IntoView {
    Reader::provide(&handover);
    let (entrance, before) = match handover.fragment.as_str() {
        "#sign-up" => (Entrance::SignUp, None),
        "#recovery-code" => (Entrance::RecoveryCode, None),
        "#old-password" => (Entrance::OldPassword, None),
        SEAL_AGAIN => (Entrance::SignIn, Some(Before::ToSealAgain)),
        _ => (Entrance::SignIn, None),
    };
    let base = handover.base.clone();
    let place: Shown = RwSignal::new_local(None);
    let trouble: Trouble = RwSignal::new_local(None);
    spawn_local({
        let base = base.clone();
        async move {
            let host = connect(&handover, trouble).await;
            run(&host, &base, (entrance, before), place).await;
        }
    });
    let screen = move || match place.get()? {
        Place::Access(way) => Some(way.view(base.clone())),
        Place::Open(inside) => Some(open(&inside)),
    };
    view! {
        {move || trouble.get().map(no_server)}
        {screen}
    }
}

/// In, out, and in again, for as long as the page is there.
async fn run(
    host: &BrowserHost,
    base: &Base,
    (mut entrance, mut before): (Entrance, Option<Before>),
    place: Shown,
) {
    loop {
        let show = |way| place.set(Some(Place::Access(way)));
        before = Some(match WayIn::walk(host, entrance, before, &show).await {
            Some(AccessEnd::Unlocked(unlocked)) => match inside(host, unlocked, before, place).await {
                Left::Over(over) => over.into(),
                Left::ToAccount => return page::go_to(&base.href(Route::Account)),
            },
            Some(AccessEnd::LeftLocked) => Before::LeftLocked,
            None => return,
        });
        entrance = Entrance::SignIn;
    }
}

/// How somebody left what is stored.
enum Left {
    Over(SessionOver),
    /// Signed out, on the way to the page about the account.
    ToAccount,
}

async fn inside(host: &BrowserHost, unlocked: Rc<Unlocked>, before: Option<Before>, place: Shown) -> Left {
    let flow = Vault::new(Rc::clone(&unlocked), remembered::load(unlocked.account().id));
    let flow = match before {
        Some(Before::ToSealAgain) => flow.sealing_again_first(),
        _ => flow,
    };
    // Nothing of the backup stays in the page when the flow is over.
    drop(unlocked);
    let vault = Stage::new(flow.view(None));
    let (remote, hears) = inbox();
    let to_account = StoredValue::new(false);
    place.set(Some(Place::Open(Rc::new(Inside {
        vault,
        remote,
        to_account,
    }))));
    let shown = |view: VaultView| {
        if let Some(remember) = view.remember {
            remembered::keep(remember);
        }
        vault::show(vault, view);
    };
    // The remote is in the page, so that the flow ends by its own words only.
    match drive(flow, host, hears, shown).await {
        Some(SessionOver::SignedOut) if to_account.get_value() => Left::ToAccount,
        Some(over) => Left::Over(over),
        None => Left::Over(SessionOver::Ended),
    }
}

fn open(inside: &Rc<Inside>) -> AnyView {
    let to_account = inside.to_account;
    let remote = StoredValue::new_local(inside.remote.clone());
    let send = move |input| remote.with_value(|remote| remote.send(input));
    let on_input = Callback::new(move |input| {
        to_account.set_value(false);
        send(input);
    });
    let on_cancel = Callback::new(move |()| remote.with_value(Remote::cancel));
    // The other page asks for the password once more, and this session has nothing left to do.
    let on_settings = Callback::new(move |()| {
        to_account.set_value(true);
        send(VaultInput::SignOut);
    });
    view! { <VaultPanel stage=inside.vault on_input=on_input on_cancel=on_cancel on_settings=on_settings /> }
        .into_any()
}
