//! What the last choice came to, and what to know about the list.

use keyhaven_client::persona::flows::vault::{Notice, VaultDone, VaultInput, VaultView};
use keyhaven_protocol::persona::ObjectId;
use leptos::prelude::*;

use crate::components::{Callout, ProblemCallout, Tone};
use crate::messages::problems::Deed;
use crate::messages::{account as text, problems, restore, states};
use crate::pages::stage::Stage;

/// What the last choice came to.
#[component]
pub fn DoneCallout(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    let callout = move || {
        stage
            .with(|view| view.done.clone())
            .map(|done| words(&done, on_input))
    };
    // Always in the document, so that a screen reader hears what comes into it.
    view! { <div role="status">{callout}</div> }
}

fn words(done: &VaultDone, on_input: Callback<VaultInput>) -> AnyView {
    match done {
        VaultDone::Stored { name, .. } => ok(text::stored(name)),
        VaultDone::Undeleted { name, .. } => ok(text::undeleted(name)),
        VaultDone::Deleted { id, name } => {
            let undo = undo(*id, name, on_input);
            view! { <Callout tone=Tone::Ok title=text::deleted(name)>{undo}</Callout> }.into_any()
        }
        VaultDone::DeletedUnnamed { name } => ok(text::deleted_unnamed(name)),
        VaultDone::DeletionUnseen { id, name, problem } => {
            let undo = undo(*id, name, on_input);
            view! {
                <ProblemCallout problem=problems::describe(problem) />
                {undo}
            }
            .into_any()
        }
        VaultDone::SealedAgain(report) => match &report.broken_off {
            Some(problem) => {
                let problem = problems::describe_of(problem, Deed::SealingAgain);
                view! { <ProblemCallout problem=problem /> }.into_any()
            }
            None if report.left.is_empty() => ok(text::sealed_again(report.sealed, report.total)),
            // Said where going on is offered.
            None => ().into_any(),
        },
        VaultDone::Stopped => {
            view! { <Callout tone=Tone::Warning title=text::STOPPED_TITLE><p>{text::STOPPED}</p></Callout> }
                .into_any()
        }
        VaultDone::Failed(problem) => {
            view! { <ProblemCallout problem=problems::describe(problem) /> }.into_any()
        }
        VaultDone::Lifted => ok(states::LIFTED.to_owned()),
        VaultDone::Decided => ok(states::DECIDED.to_owned()),
        VaultDone::DeletionTakenBack => ok(states::TAKEN_BACK.to_owned()),
        VaultDone::ConfirmationSent => ok(states::CONFIRMATION_SENT.to_owned()),
        VaultDone::VersionRestored { name, .. } => ok(states::version_restored(name)),
        VaultDone::VersionDamaged { name, damage } => {
            let body = restore::damaged(*damage);
            view! { <Callout tone=Tone::Danger title=states::version_damaged(name)><p>{body}</p></Callout> }
                .into_any()
        }
        // They have screens of their own, and the code a field.
        VaultDone::Restored { .. } | VaultDone::Versions { .. } | VaultDone::CodeFails(_) => ().into_any(),
    }
}

/// Brings back what was deleted, or may have been.
fn undo(id: ObjectId, name: &str, on_input: Callback<VaultInput>) -> AnyView {
    button(
        text::undo(name),
        Callback::new(move |()| on_input.run(VaultInput::Undelete(id))),
    )
}

fn button(label: String, on_press: Callback<()>) -> AnyView {
    view! {
        <div class="actions">
            <button type="button" class="button button-small" on:click=move |_| on_press.run(())>{label}</button>
        </div>
    }
    .into_any()
}

fn ok(title: String) -> AnyView {
    view! { <Callout tone=Tone::Ok title=title /> }.into_any()
}

/// What the person should know about the list.
#[component]
pub fn Notices(stage: Stage<VaultView>, on_input: Callback<VaultInput>) -> impl IntoView {
    move || {
        stage.with(|view| {
            view.notices
                .iter()
                .map(|notice| {
                    let (title, body) = match notice {
                        Notice::WentBack { .. } => (text::WENT_BACK_TITLE, text::WENT_BACK),
                        Notice::InventoryDamaged => (text::INVENTORY_DAMAGED_TITLE, text::INVENTORY_DAMAGED),
                        Notice::InventoryNewer => (text::INVENTORY_NEWER_TITLE, text::INVENTORY_NEWER),
                        _ => (text::UNKNOWN_NOTICE_TITLE, text::UNKNOWN_NOTICE),
                    };
                    let accept = matches!(notice, Notice::WentBack { .. }).then(|| {
                        let accept = Callback::new(move |()| on_input.run(VaultInput::AcceptOlder));
                        button(text::ACCEPT_OLDER.to_owned(), accept)
                    });
                    view! { <Callout tone=Tone::Danger title=title><p>{body}</p>{accept}</Callout> }
                })
                .collect::<Vec<_>>()
        })
    }
}
