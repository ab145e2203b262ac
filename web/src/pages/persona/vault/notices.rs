//! What the last choice came to, and what to know about the list.

use keyhaven_client::persona::flows::vault::{
    EarlierList, Notice, Selection, VaultDone, VaultInput, VaultView,
};
use keyhaven_protocol::persona::ObjectId;
use leptos::prelude::*;

use crate::browser::dates;
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
                <div class="stack-tight">
                    <ProblemCallout problem=problems::describe(problem) />
                    {undo}
                </div>
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
        VaultDone::BroughtBack {
            back,
            total,
            left,
            problem,
        } => {
            let tone = if back == total { Tone::Ok } else { Tone::Warning };
            let left = (!left.is_empty()).then(|| view! { <p>{text::left(left)}</p> });
            let problem = problem
                .as_ref()
                .map(|problem| view! { <ProblemCallout problem=problems::describe(problem) /> });
            view! {
                <div class="stack-tight">
                    <Callout tone=tone title=text::brought_back(*back, *total)>{left}</Callout>
                    {problem}
                </div>
            }
            .into_any()
        }
        VaultDone::EarlierList(None) => {
            view! { <Callout tone=Tone::Danger title=text::NO_EARLIER_TITLE><p>{text::NO_EARLIER}</p></Callout> }
                .into_any()
        }
        VaultDone::EarlierList(Some(list)) => {
            let (number, day) = (list.number, dates::day(list.written.0));
            let put_back = Callback::new(move |()| on_input.run(VaultInput::PutListBack(number)));
            let put_back = button(text::put_list_back(&day), put_back);
            earlier_list(list, Tone::Info, text::earlier_list(&day), put_back)
        }
        VaultDone::ListPutBack(list) => {
            let whole = list.intact == list.named && list.extra == 0;
            let tone = if whole { Tone::Ok } else { Tone::Warning };
            let title = text::list_put_back(&dates::day(list.written.0));
            earlier_list(list, tone, title, ().into_any())
        }
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
        VaultDone::Restored { .. }
        | VaultDone::Versions { .. }
        | VaultDone::DeletedList(_)
        | VaultDone::CodeFails(_) => ().into_any(),
    }
}

/// What an earlier list names, against what is there.
fn earlier_list(list: &EarlierList, tone: Tone, title: String, act: AnyView) -> AnyView {
    let facts = text::list_facts(list.named, list.intact, list.missing, list.extra);
    view! { <Callout tone=tone title=title><p>{facts}</p>{act}</Callout> }.into_any()
}

/// Brings back what was deleted, or may have been.
fn undo(id: ObjectId, name: &str, on_input: Callback<VaultInput>) -> AnyView {
    button(
        text::undo(name),
        Callback::new(move |()| on_input.run(VaultInput::BringBack(Selection::One(id.into())))),
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
                    let is_older = matches!(notice, Notice::WentBack { .. });
                    let label = match notice {
                        Notice::WentBack { .. } => Some(text::ACCEPT_OLDER),
                        Notice::InventoryDamaged => Some(text::FIND_EARLIER),
                        _ => None,
                    };
                    let act = label.map(|label| {
                        let input = move || match is_older {
                            true => VaultInput::AcceptOlder,
                            false => VaultInput::FindEarlierList,
                        };
                        button(label.to_owned(), Callback::new(move |()| on_input.run(input())))
                    });
                    view! { <Callout tone=Tone::Danger title=title><p>{body}</p>{act}</Callout> }
                })
                .collect::<Vec<_>>()
        })
    }
}
