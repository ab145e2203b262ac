//! Somebody whose recovery code was seen, with five personas.

use std::rc::Rc;

use keyhaven_protocol::persona::paths;

use super::{
    super::{
        settings::{CodeCheck, Settings, SettingsDone, SettingsInput, SettingsView},
        vault::{Activity, SealedAgainReport, Selection, Vault, VaultDone, VaultInput, VaultView},
    },
    page::{Reply, groups_of, in_settings, in_vault, password, play, sign_in, sign_up, store, text},
    world::{World, content_of},
};
use crate::{
    persona::{ShownCode, TypedText, Unlocked},
    transport::Method,
};

pub(super) const PASSWORD: &str = "correct horse";
pub(super) const PERSONAS: u64 = 5;

pub(super) fn with_five(world: &World) -> (Rc<Unlocked>, ShownCode) {
    let (unlocked, code) = sign_up(world);
    for number in 0..PERSONAS {
        store(world, &unlocked, &format!("Persona {number}"), &content(number));
    }
    (unlocked, code)
}

fn content(number: u64) -> Vec<u8> {
    format!("keys {number}").into_bytes()
}

/// What the person does where a code was confirmed and nobody knows whether it is in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    TryAgain,
    /// Back to the code, and back from there to the one before.
    KeepTheOldOne,
    Leave,
}

/// "Seen by somebody": presents the code that was seen, makes code and key, and confirms the code. Answers the last
/// view and the code that was shown.
pub(super) fn renew(
    world: &World,
    unlocked: &Rc<Unlocked>,
    seen: &ShownCode,
    then: Then,
) -> (SettingsView, Option<ShownCode>) {
    let mut first = Some(SettingsInput::NewCodeAndKey {
        password: password(PASSWORD),
        code: TypedText::new(text(seen)),
    });
    let (mut shown, mut then) = (None, Some(then));
    let (_, mut views) = play(Settings::new(Rc::clone(unlocked)), world, |view| match view {
        SettingsView::Ready { .. } => first.take().map_or(Reply::Leave, Reply::Send),
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { .. } if then.is_none() => Reply::Send(SettingsInput::Back),
        SettingsView::ShowCode { code, .. } => {
            shown = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode {
            groups,
            problem: None,
            ..
        } => Reply::Send(SettingsInput::ConfirmGroups(groups_of(
            shown.as_ref().unwrap(),
            *groups,
        ))),
        SettingsView::ConfirmCode { .. } => match then.take() {
            Some(Then::TryAgain) => Reply::Send(SettingsInput::TryAgain),
            Some(Then::KeepTheOldOne) => Reply::Send(SettingsInput::ShowCodeAgain),
            Some(Then::Leave) | None => Reply::Leave,
        },
    });
    (views.pop().unwrap(), shown)
}

/// Renews without trouble. Answers the new code.
pub(super) fn renewed(world: &World, unlocked: &Rc<Unlocked>, seen: &ShownCode) -> ShownCode {
    let (view, code) = renew(world, unlocked, seen, Then::Leave);
    assert!(
        matches!(
            view,
            SettingsView::Ready {
                done: Some(SettingsDone::CodeAndKeyReplaced),
                ..
            }
        ),
        "{view:?}"
    );
    code.unwrap()
}

/// How many of all personas the list says are sealed again; nothing where all are.
pub(super) fn unsealed(world: &World, unlocked: &Rc<Unlocked>) -> Option<(u64, u64)> {
    let view = in_vault(world, unlocked, VaultInput::Refresh);
    view.sealing_again.map(|count| (count.done, count.total))
}

/// Opens the vault to have everything sealed again, as the way from the settings does.
pub(super) fn seal_again(world: &World, unlocked: &Rc<Unlocked>) -> VaultView {
    let vault = Vault::new(Rc::clone(unlocked), None).sealing_again_first();
    let (_, mut views) = play(vault, world, |view| match view.activity {
        Activity::Working { .. } => Reply::Wait,
        Activity::Idle => Reply::Leave,
    });
    views.pop().unwrap()
}

pub(super) fn report(view: VaultView) -> SealedAgainReport {
    match view.done {
        Some(VaultDone::SealedAgain(report)) => report,
        other => panic!("{other:?}"),
    }
}

/// Every persona is sealed under the present key, and nothing was in the way.
pub(super) fn all() -> SealedAgainReport {
    SealedAgainReport {
        total: PERSONAS,
        sealed: PERSONAS,
        left: Vec::new(),
        broken_off: None,
    }
}

/// Everything comes back byte for byte, to somebody who has only what is given here.
pub(super) fn assert_restores_all(world: &World, unlocked: &Rc<Unlocked>) {
    let restored = in_vault(world, unlocked, VaultInput::Restore(Selection::All)).done;
    let Some(VaultDone::Restored { report, files }) = restored else {
        panic!("{restored:?}")
    };
    assert!(report.is_complete(), "{report:?}");
    assert_eq!(report.expected() as u64, PERSONAS);
    let mut contents: Vec<Vec<u8>> = files.iter().map(|file| content_of(file).to_vec()).collect();
    contents.sort();
    assert_eq!(contents, (0..PERSONAS).map(content).collect::<Vec<_>>());
}

pub(super) fn signed_in(world: &World) -> Rc<Unlocked> {
    sign_in(world, PASSWORD).unlocked.expect("the password opens it")
}

/// Whether the code opens the backup now.
pub(super) fn opens(world: &World, unlocked: &Rc<Unlocked>, code: &ShownCode) -> bool {
    let typed = SettingsInput::CheckCode(TypedText::new(text(code)));
    match in_settings(world, unlocked, typed) {
        SettingsView::Ready {
            done: Some(SettingsDone::CodeChecked(check)),
            ..
        } => check == CodeCheck::Opens,
        other => panic!("{other:?}"),
    }
}

/// How many personas were fetched.
pub(super) fn fetches(world: &World) -> u64 {
    let seen = world.server.seen.borrow();
    let of_one = format!("{}/", paths::OBJECTS);
    let fetched = seen
        .iter()
        .filter(|(method, path, _)| *method == Method::Get && path.starts_with(&of_one));
    fetched.count() as u64
}

/// How many personas were written.
pub(super) fn puts(world: &World) -> u64 {
    world.server.requests(Method::Put, paths::OBJECTS) as u64
}
