//! Accounts and personas: getting in, what is stored, and what keeps it safe.
//!
//! One flow gets the person in. Then two run side by side on the open backup, one for the list and one for the settings,
//! until the session is over, and it begins again.

pub(crate) mod access;
pub(crate) mod locked;
pub(crate) mod settings;
mod sign_in;
mod sign_up;
pub(crate) mod vault;

use std::rc::Rc;

use keyhaven_client::driver::{Flow as _, Remote, drive, inbox};
use keyhaven_client::persona::flows::access::{Access, AccessEnd, AccessInput, AccessView, Entrance};
use keyhaven_client::persona::flows::settings::{Settings, SettingsInput, SettingsView};
use keyhaven_client::persona::flows::vault::{Vault, VaultInput, VaultView};
use keyhaven_client::persona::{SessionOver, Unlocked};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::access::AccessPanel;
use self::settings::{Section, SettingsPanel, Whose};
use self::vault::VaultPanel;
use crate::browser::{host::BrowserHost, remembered, slot::Slot};
use crate::components::{Callout, Tone};
use crate::handover::Handover;
use crate::messages::unlock as text;
use crate::pages::connect::{Trouble, connect, no_server};
use crate::pages::stage::Stage;
use crate::route::{Base, Route};

/// Where the person is.
#[derive(Clone)]
enum Place {
    /// On the way in, perhaps after something that ended.
    Access(Rc<OnTheWayIn>),
    /// In.
    Open(Rc<Inside>),
}

struct OnTheWayIn {
    stage: Stage<AccessView>,
    remote: Remote<AccessInput>,
    ended: Option<Ended>,
}

struct Inside {
    address: String,
    vault: Stage<VaultView>,
    vault_remote: Remote<VaultInput>,
    settings: Stage<SettingsView>,
    settings_remote: Remote<SettingsInput>,
    section: RwSignal<Section>,
}

/// What was before the person is asked to sign in once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    LeftLocked,
    SignedOut,
    SessionOver,
}

/// The page.
#[component]
pub fn PersonaPage(handover: Handover) -> impl IntoView {
    let entrance = if handover.fragment.as_str() == "#sign-up" {
        Entrance::SignUp
    } else {
        Entrance::SignIn
    };
    let base = handover.base.clone();
    let place = RwSignal::new_local(None::<Place>);
    let trouble: Trouble = RwSignal::new_local(None);
    spawn_local(async move {
        let host = connect(&handover, trouble).await;
        run(Rc::new(host), entrance, place).await;
    });
    let screen = move || match place.get()? {
        Place::Access(way) => Some(way_in(base.clone(), &way)),
        Place::Open(inside) => Some(open(&base, &inside)),
    };
    view! {
        {move || trouble.get().map(no_server)}
        {screen}
    }
}

/// In, out, and in again, for as long as the page is there.
async fn run(host: Rc<BrowserHost>, first: Entrance, place: RwSignal<Option<Place>, LocalStorage>) {
    let mut entrance = first;
    let mut ended = None;
    loop {
        let flow = Access::new(entrance);
        let stage = Stage::new(flow.view(None));
        let (remote, hears) = inbox();
        place.set(Some(Place::Access(Rc::new(OnTheWayIn { stage, remote, ended }))));
        let end = drive(flow, host.as_ref(), hears, |view| access::show(stage, view)).await;
        ended = Some(match end {
            Some(AccessEnd::Unlocked(unlocked)) => match inside(&host, unlocked, place).await {
                SessionOver::SignedOut => Ended::SignedOut,
                SessionOver::Ended => Ended::SessionOver,
            },
            Some(AccessEnd::LeftLocked) => Ended::LeftLocked,
            None => return,
        });
        entrance = Entrance::SignIn;
    }
}

/// Runs both flows of an open backup until one of them says that the session is over. The other ends when its remote
/// leaves the page.
async fn inside(
    host: &Rc<BrowserHost>,
    unlocked: Rc<Unlocked>,
    place: RwSignal<Option<Place>, LocalStorage>,
) -> SessionOver {
    let account = unlocked.account();
    let vault_flow = Vault::new(Rc::clone(&unlocked), remembered::load(account.id));
    let settings_flow = Settings::new(unlocked);
    let vault = Stage::new(vault_flow.view(None));
    let settings = Stage::new(settings_flow.view(None));
    let (vault_remote, vault_hears) = inbox();
    let (settings_remote, settings_hears) = inbox();
    let over = Slot::new();
    let section = RwSignal::new(Section::Closed);
    spawn_local({
        let (host, over) = (Rc::clone(host), over.clone());
        async move {
            let shown = |view: VaultView| {
                if let Some(remember) = view.remember {
                    remembered::keep(remember);
                }
                vault::show(vault, view);
            };
            if let Some(end) = drive(vault_flow, host.as_ref(), vault_hears, shown).await {
                over.fill(end);
            }
        }
    });
    spawn_local({
        let (host, over) = (Rc::clone(host), over.clone());
        async move {
            let shown = |view| settings::show(settings, section, view);
            if let Some(end) = drive(settings_flow, host.as_ref(), settings_hears, shown).await {
                over.fill(end);
            }
        }
    });
    let inside = Inside {
        address: account.address,
        vault,
        vault_remote,
        settings,
        settings_remote,
        section,
    };
    place.set(Some(Place::Open(Rc::new(inside))));
    over.filled().await
}

fn way_in(base: Base, way: &Rc<OnTheWayIn>) -> AnyView {
    let stage = way.stage;
    let remote = StoredValue::new_local(way.remote.clone());
    let on_input = Callback::new(move |input| remote.with_value(|remote| remote.send(input)));
    let on_cancel = Callback::new(move |()| remote.with_value(Remote::cancel));
    let note = way.ended.map(|ended| {
        let (tone, title) = match ended {
            Ended::LeftLocked => (Tone::Info, text::LEFT_LOCKED),
            Ended::SignedOut => (Tone::Info, text::SIGNED_OUT),
            Ended::SessionOver => (Tone::Warning, text::SESSION_OVER),
        };
        view! { <div class="note" role="status"><Callout tone=tone title=title /></div> }
    });
    view! {
        {note}
        <AccessPanel base=base stage=stage on_input=on_input on_cancel=on_cancel />
    }
    .into_any()
}

fn open(base: &Base, inside: &Rc<Inside>) -> AnyView {
    let section = inside.section;
    let whose = Whose {
        address: inside.address.clone(),
        place: base.href(Route::Persona),
    };
    let (vault, settings) = (inside.vault, inside.settings);
    let vault_remote = StoredValue::new_local(inside.vault_remote.clone());
    let settings_remote = StoredValue::new_local(inside.settings_remote.clone());
    let closed = Memo::new(move |_| section.get() == Section::Closed);
    let panel = move || {
        if closed.get() {
            let on_input = Callback::new(move |input| vault_remote.with_value(|remote| remote.send(input)));
            let on_cancel = Callback::new(move |()| vault_remote.with_value(Remote::cancel));
            let on_settings = Callback::new(move |()| section.set(Section::Menu));
            view! { <VaultPanel stage=vault on_input=on_input on_cancel=on_cancel on_settings=on_settings /> }
                .into_any()
        } else {
            let on_input =
                Callback::new(move |input| settings_remote.with_value(|remote| remote.send(input)));
            let on_cancel = Callback::new(move |()| settings_remote.with_value(Remote::cancel));
            let on_leave = Callback::new(move |()| section.set(Section::Closed));
            view! {
                <SettingsPanel
                    stage=settings
                    section=section
                    whose=whose.clone()
                    on_input=on_input
                    on_cancel=on_cancel
                    on_leave=on_leave
                />
            }
            .into_any()
        }
    };
    panel.into_any()
}
