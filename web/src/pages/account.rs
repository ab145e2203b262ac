//! Account and security: password, recovery code, address, sessions, the end of the account.
//!
//! A program of its own, that asks for the password once more: what changes who gets in is a click further away than
//! what is stored, and people who restore something do not load it.

pub(crate) mod settings;

use std::{cell::Cell, rc::Rc};

use keyhaven_client::driver::{Flow as _, Remote, drive, inbox};
use keyhaven_client::persona::flows::access::{AccessEnd, Entrance};
use keyhaven_client::persona::flows::settings::{Settings, SettingsDone, SettingsInput, SettingsView};
use keyhaven_client::persona::{SessionOver, Unlocked};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::settings::{Section, SettingsPanel, Whose};
use crate::browser::{host::BrowserHost, page};
use crate::handover::Handover;
use crate::pages::connect::{Trouble, connect, no_server};
use crate::pages::stage::Stage;
use crate::pages::way_in::{Before, WayIn};
use crate::reader::Reader;
use crate::route::{Base, Route, SEAL_AGAIN};

/// Where the person is.
#[derive(Clone)]
enum Place {
    /// On the way in.
    Access(Rc<WayIn>),
    /// In.
    Open(Rc<Inside>),
}

struct Inside {
    address: String,
    settings: Stage<SettingsView>,
    remote: Remote<SettingsInput>,
    section: RwSignal<Section>,
}

type Shown = RwSignal<Option<Place>, LocalStorage>;

/// The page.
#[component]
pub fn AccountPage(handover: Handover) -> impl IntoView {
    Reader::provide(&handover);
    let base = handover.base.clone();
    let place: Shown = RwSignal::new_local(None);
    let trouble: Trouble = RwSignal::new_local(None);
    spawn_local({
        let base = base.clone();
        async move {
            let host = connect(&handover, trouble).await;
            run(&host, &base, place).await;
        }
    });
    let screen = move || match place.get()? {
        Place::Access(way) => Some(way.view(base.clone())),
        Place::Open(inside) => Some(open(&base, &inside)),
    };
    view! {
        {move || trouble.get().map(no_server)}
        {screen}
    }
}

/// In, out, and in again, for as long as the page is there.
async fn run(host: &BrowserHost, base: &Base, place: Shown) {
    let mut before = Some(Before::OtherPage);
    loop {
        let show = |way| place.set(Some(Place::Access(way)));
        before = Some(match WayIn::walk(host, Entrance::SignIn, before, &show).await {
            Some(AccessEnd::Unlocked(unlocked)) => {
                let is_renewed = Cell::new(false);
                match inside(host, unlocked, place, &is_renewed).await {
                    // The way back to the personas ends the session of this page.
                    SessionOver::SignedOut => {
                        // After a new backup key they are sealed again there, by the page that has the code for it.
                        let then = if is_renewed.get() { SEAL_AGAIN } else { "" };
                        return page::go_to(&(base.href(Route::Persona) + then));
                    }
                    over => over.into(),
                }
            }
            Some(AccessEnd::LeftLocked) => Before::LeftLocked,
            None => return,
        });
    }
}

async fn inside(
    host: &BrowserHost,
    unlocked: Rc<Unlocked>,
    place: Shown,
    is_renewed: &Cell<bool>,
) -> SessionOver {
    let address = unlocked.account().address;
    let flow = Settings::new(unlocked);
    let settings = Stage::new(flow.view(None));
    let (remote, hears) = inbox();
    let section = RwSignal::new(Section::Menu);
    place.set(Some(Place::Open(Rc::new(Inside {
        address,
        settings,
        remote,
        section,
    }))));
    let shown = |view: SettingsView| {
        if let SettingsView::Ready {
            done: Some(SettingsDone::CodeAndKeyReplaced),
            ..
        } = view
        {
            is_renewed.set(true);
        }
        settings::show(settings, section, view);
    };
    // The remote is in the page, so that the flow ends by its own words only.
    drive(flow, host, hears, shown)
        .await
        .unwrap_or(SessionOver::Ended)
}

fn open(base: &Base, inside: &Rc<Inside>) -> AnyView {
    let whose = Whose {
        address: inside.address.clone(),
        place: base.href(Route::Persona),
    };
    let remote = StoredValue::new_local(inside.remote.clone());
    let on_input = Callback::new(move |input| remote.with_value(|remote| remote.send(input)));
    let on_cancel = Callback::new(move |()| remote.with_value(Remote::cancel));
    view! {
        <SettingsPanel
            stage=inside.settings
            section=inside.section
            whose=whose
            on_input=on_input
            on_cancel=on_cancel
        />
    }
    .into_any()
}
