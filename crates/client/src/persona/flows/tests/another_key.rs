//! A wrap that opens, and with another backup key in it. Only who knows the secret could make one; all the same, that a
//! wrap opens is not enough.

use keyhaven_core::{
    job::run_in_software,
    keys::{BackupKey, WrapKey},
    wrap::{WrapContext, seal_wrap},
};
use keyhaven_protocol::persona::Wrap;

use super::{
    super::{
        access::AccessView,
        settings::{Settings, SettingsInput, SettingsView},
    },
    access::{RELEASE, by_code, record, reset, unlock},
    page::{Reply, ada, block_on, get_in_with, groups_of, password, play, sign_up, signing_up, text},
    world::World,
};
use crate::{
    host::Host as _,
    persona::{TypedText, api::Anonymous},
    problem::{ProblemKind, ServerFault},
};

/// Another backup key, under the same secret.
fn another(world: &World, wrap_key: &WrapKey, context: &WrapContext) -> Wrap {
    let other = world.with_rng(BackupKey::generate);
    let sealing = world.with_rng(|rng| seal_wrap(wrap_key, context, &other, rng));
    run_in_software(sealing).unwrap()
}

#[test]
fn a_new_code_that_opens_another_key_is_not_taken_for_one_that_recovers_this_backup() {
    let world = World::new();
    let got = get_in_with(&world, signing_up("correct horse"), |view| {
        if let AccessView::ShowCode { code, account, .. } = view {
            let context = WrapContext::recovery(account.id, account.credential_epoch);
            let wrap = another(&world, &code.code().derive_wrap_key(), &context);
            world.server.before(move |request, state| {
                if request.path == RELEASE {
                    record(state).recovery = wrap.clone();
                }
            });
        }
        None
    });
    assert!(got.unlocked.is_none());
    let Some(AccessView::ConfirmCode {
        problem: Some(problem),
        ..
    }) = got.views.last()
    else {
        panic!("{:?}", got.views.last())
    };
    assert_eq!(problem.kind, ProblemKind::Server(ServerFault::DamagedKeyRecord));
}

#[test]
fn a_password_that_opens_another_key_after_an_unlock_is_not_taken_for_the_way_to_this_backup() {
    let world = World::new();
    let (_, code) = sign_up(&world);
    reset(&world, "new password");
    let derivations = block_on(Anonymous::new(&world).kdf(&ada())).unwrap();
    let typed = password("new password");
    let keys = block_on(derivations.newest().derive(&typed, &world, &|_| {})).unwrap();
    let (id, epoch) = {
        let mut state = world.server.state.borrow_mut();
        (state.only().id, state.only().epoch)
    };
    let context = WrapContext::password(id, keys.params(), epoch);
    let wrap = another(&world, &keys.wrap_key, &context);
    world.server.before(move |request, state| {
        if request.path == RELEASE {
            record(state).password = wrap.clone();
        }
    });
    let got = unlock(&world, vec![by_code(&text(&code))]);
    assert!(got.unlocked.is_none());
    let Some(AccessView::NotYetRewrapped { problem, .. }) = got.views.last() else {
        panic!("{:?}", got.views.last())
    };
    assert_eq!(problem.kind, ProblemKind::Server(ServerFault::DamagedKeyRecord));
}

#[test]
fn a_renewal_whose_new_code_opens_another_key_is_not_called_in_force() {
    let world = World::new();
    let (unlocked, old) = sign_up(&world);
    let mut first = Some(SettingsInput::NewCodeAndKey {
        password: password("correct horse"),
        code: TypedText::new(text(&old)),
    });
    let (id, mut shown) = (unlocked.account().id, None);
    let (_, views) = play(Settings::new(unlocked), &world, |view| match view {
        SettingsView::Ready { .. } => first.take().map_or(Reply::Leave, Reply::Send),
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { code, .. } => {
            let context = WrapContext::recovery(id, 1);
            let wrap = another(&world, &code.code().derive_wrap_key(), &context);
            world.server.before(move |request, state| {
                if request.path == RELEASE {
                    record(state).recovery = wrap.clone();
                }
            });
            shown = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode {
            problem: None,
            groups,
            ..
        } => Reply::Send(SettingsInput::ConfirmGroups(groups_of(
            shown.as_ref().unwrap(),
            *groups,
        ))),
        SettingsView::ConfirmCode { .. } => Reply::Leave,
    });
    let Some(SettingsView::ConfirmCode {
        problem: Some(problem),
        ..
    }) = views.last()
    else {
        panic!("{:?}", views.last())
    };
    assert_eq!(problem.kind, ProblemKind::Server(ServerFault::DamagedKeyRecord));
}
