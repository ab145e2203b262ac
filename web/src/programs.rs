//! What each program shows. A program has the code of its own pages and of no other, so they are chosen here and not in
//! one place for all.

use keyhaven_client::persona::flows::letter::LetterPage;
use leptos::prelude::*;

use crate::handover::Handover;
use crate::pages::{
    account::AccountPage, key_file::KeyFilePage, kit::KitPage, letter::LetterScreens, persona::PersonaPage,
    reset::ResetPage, start::StartPage, verify::VerifyPage,
};
use crate::route::Route;

/// The pages that ask no server: the first page, the emergency kit, the page about the page.
#[must_use]
pub fn start(route: Route, handover: &Handover) -> Option<AnyView> {
    let base = handover.base.clone();
    match route {
        Route::Start => Some(view! { <StartPage base=base /> }.into_any()),
        Route::Kit => Some(view! { <KitPage base=base /> }.into_any()),
        Route::Verify => Some(view! { <VerifyPage base=base /> }.into_any()),
        _ => None,
    }
}

/// The persona page. In builds with the gallery it shows that too, since it has most of the states.
#[must_use]
pub fn persona(route: Route, handover: &Handover) -> Option<AnyView> {
    let handover = handover.clone();
    match route {
        Route::Persona => Some(view! { <PersonaPage handover=handover /> }.into_any()),
        #[cfg(feature = "gallery")]
        Route::Gallery => Some(view! { <crate::gallery::Gallery handover=handover /> }.into_any()),
        _ => None,
    }
}

/// The page about password, recovery code, address and the end of an account.
#[must_use]
pub fn account(route: Route, handover: &Handover) -> Option<AnyView> {
    let handover = handover.clone();
    (route == Route::Account).then(|| view! { <AccountPage handover=handover /> }.into_any())
}

/// The pages behind the links of letters.
#[must_use]
pub fn letter(route: Route, handover: &Handover) -> Option<AnyView> {
    let page = match route {
        Route::Confirm => LetterPage::Confirm,
        Route::Freeze => LetterPage::Freeze,
        _ => return None,
    };
    let handover = handover.clone();
    Some(view! { <LetterScreens page=page handover=handover /> }.into_any())
}

/// The page for key files.
#[must_use]
pub fn key_file(route: Route, handover: &Handover) -> Option<AnyView> {
    let handover = handover.clone();
    (route == Route::KeyFile).then(|| view! { <KeyFilePage handover=handover /> }.into_any())
}

/// The page that a reset mail opens.
#[must_use]
pub fn reset(route: Route, handover: &Handover) -> Option<AnyView> {
    let handover = handover.clone();
    (route == Route::Reset).then(|| view! { <ResetPage handover=handover /> }.into_any())
}
