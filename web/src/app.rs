//! Which page to show, and the frame around it.

use leptos::prelude::*;

use crate::browser::page;
use crate::components::Shell;
use crate::handover::Handover;
use crate::messages::{kit, reset, shell, start, unlock, verify};
use crate::pages::{
    kit::KitPage,
    not_found::NotFound,
    persona::PersonaPage,
    reset::ResetPage,
    start::StartPage,
    verify::{VerifyPage, build_of, parts_of_page},
};
use crate::route::Route;

/// The app: one page of it, for as long as the document lives.
#[component]
pub fn App(handover: Handover) -> impl IntoView {
    let base = handover.base.clone();
    let address = page::address();
    let route = base.route(&address);
    let name = match route {
        Route::Start => start::PAGE,
        Route::Persona => unlock::PAGE,
        Route::Reset => reset::PAGE,
        Route::Kit => kit::PAGE,
        Route::Verify => verify::PAGE,
        #[cfg(feature = "gallery")]
        Route::Gallery => start::PAGE,
        Route::Unknown => shell::PRODUCT,
    };
    page::set_title(&shell::title(name));
    let parts = parts_of_page();
    let build = build_of(&parts).unwrap_or_default();
    let shown = match route {
        Route::Start => view! { <StartPage base=base.clone() /> }.into_any(),
        Route::Persona => view! { <PersonaPage handover=handover /> }.into_any(),
        Route::Reset => view! { <ResetPage handover=handover /> }.into_any(),
        Route::Kit => view! { <KitPage base=base.clone() /> }.into_any(),
        Route::Verify => view! { <VerifyPage parts=parts /> }.into_any(),
        #[cfg(feature = "gallery")]
        Route::Gallery => view! { <crate::gallery::Gallery handover=handover /> }.into_any(),
        Route::Unknown => view! { <NotFound base=base.clone() /> }.into_any(),
    };
    view! { <Shell base=base page_name=name build_name=build>{shown}</Shell> }
}
