//! The page for key files: what one is, what is in it, several together, and writing them anew. The keys are in a worker;
//! this page sees counts and names.

mod choose;
mod desk;
mod opened;
mod passphrase;
mod plain;
mod save;
mod saved;
mod waiting;

use leptos::prelude::*;
use zeroize::Zeroizing;

use self::desk::Desk;
use crate::handover::Handover;
use crate::pages::stage::WorkOrScreen;
use crate::route::Route;

#[cfg(feature = "gallery")]
pub use choose::Refusal;
pub use choose::{Choose, Holds};
#[cfg(feature = "gallery")]
pub use opened::{Contents, SkippedKey};
pub use opened::{OpenedInput, OpenedScreen};
pub use passphrase::{FileFacts, PassphraseScreen};
pub use plain::PlainScreen;
pub use save::{SaveScreen, SaveWhat};
pub use saved::{SavedScreen, Written};
#[cfg(feature = "gallery")]
pub use saved::{WrittenFile, Zip};

use keyhaven_client::key_file::messages::Extent;

/// What the page shows.
#[derive(Debug, Clone)]
pub enum KeyFileView {
    /// A file is asked for.
    Choose(Holds),
    /// Its passphrase is asked for.
    Passphrase(FileFacts),
    /// It has no lock, which is said before it is opened.
    Plain(FileFacts),
    /// What is open.
    Opened,
    /// A passphrase for a new file is asked for.
    Save(SaveWhat),
    /// What was written.
    Saved(Written),
}

/// What a person did.
#[derive(Debug)]
pub enum KeyFileInput {
    /// Chose what was dropped, picked or pasted.
    Chose(choose::Chosen),
    /// Typed the passphrase.
    Open(Zeroizing<String>),
    /// Wants what has no lock to be opened.
    OpenPlain,
    /// Wants another file than the one at hand.
    OtherFile,
    /// Something on the page of what is open.
    Opened(OpenedInput),
    /// Typed a new passphrase.
    Save(Extent, Zeroizing<String>),
    /// Wants to see what is open again.
    Back,
}

/// The page.
#[component]
pub fn KeyFilePage(handover: Handover) -> impl IntoView {
    let desk = Desk::new(&handover);
    let stage = desk.stage;
    let on_input = Callback::new(move |input| desk.take(input));
    let personas = handover.base.href(Route::Persona);
    let screen = move || stage.with(|view| screen(view, desk, &personas, on_input));
    view! { <WorkOrScreen stage=stage on_cancel=Callback::new(move |()| desk.cancel())>{screen}</WorkOrScreen> }
}

fn screen(view: &KeyFileView, desk: Desk, personas: &str, on_input: Callback<KeyFileInput>) -> AnyView {
    let (busy, problem) = (desk.stage.busy(), desk.problem);
    match view.clone() {
        KeyFileView::Choose(holds) => {
            let refusal = desk.refusal;
            let personas = personas.to_owned();
            view! { <Choose holds=holds refusal=refusal personas=personas on_input=on_input /> }.into_any()
        }
        KeyFileView::Passphrase(file) => {
            view! { <PassphraseScreen file=file busy=busy problem=problem on_input=on_input /> }.into_any()
        }
        KeyFileView::Plain(file) => {
            view! { <PlainScreen file=file busy=busy problem=problem on_input=on_input /> }.into_any()
        }
        KeyFileView::Opened => {
            view! { <OpenedScreen contents=desk.contents found=desk.found on_input=on_input /> }.into_any()
        }
        KeyFileView::Save(what) => {
            view! { <SaveScreen what=what busy=busy problem=problem on_input=on_input /> }.into_any()
        }
        KeyFileView::Saved(written) => view! { <SavedScreen written=written on_input=on_input /> }.into_any(),
    }
}
