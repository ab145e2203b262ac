//! A new backup key, because somebody has seen the recovery code.

use std::{rc::Rc, sync::Arc};

use keyhaven_core::recovery_code::RecoveryCode;
use keyhaven_protocol::{
    base64url::B64Within,
    error::ErrorCode,
    persona::{AccountState, ReleaseResponse, paths},
};

use crate::{
    driver::Flow as _,
    persona::{
        SessionOver, ShownCode, TypedText,
        flows::{
            access::CodeProblem,
            settings::{Settings, SettingsDone, SettingsInput, SettingsView},
            tests::{
                page::{
                    Reply, file, get_in, in_settings, in_vault, in_vault_all, password, play, recovering,
                    sign_in, sign_up, store, text,
                },
                renewed::{
                    PASSWORD, Then, all, assert_restores_all, opens, renew, renewed, report, seal_again,
                    signed_in, unsealed, with_five,
                },
                server::Fault,
                world::World,
            },
            vault::{Selection, VaultDone, VaultInput},
        },
    },
    problem::{Effect, InputFault, ProblemKind, RetryReason, ServerFault},
    transport::Method,
};

#[test]
fn after_a_renewal_the_new_code_opens_everything_and_the_old_one_nothing() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let given_up = unlocked.backup_keys();
    let new = renewed(&world, &unlocked, &old);
    // Before anything is sealed again, too.
    assert_restores_all(&world, &unlocked);
    assert_eq!(report(seal_again(&world, &unlocked)), all());
    assert_restores_all(&world, &unlocked);
    assert!(opens(&world, &unlocked, &new) && !opens(&world, &unlocked, &old));
    // In a fresh browser, with the password and with the new code.
    let again = signed_in(&world);
    assert_ne!(again.backup_keys().present(), given_up.present());
    assert_eq!(unsealed(&world, &again), None);
    assert_restores_all(&world, &again);
    let refused = get_in(&world, recovering(&text(&old), "battery staple"));
    assert!(refused.unlocked.is_none());
    let by_code = get_in(&world, recovering(&text(&new), "battery staple"));
    assert_restores_all(&world, &by_code.unlocked.expect("the new code opens it"));
}

#[test]
fn other_devices_are_signed_out_and_the_password_changes_as_before() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let elsewhere = signed_in(&world);
    renewed(&world, &unlocked, &old);
    assert_eq!(world.server.state.borrow().sessions.len(), 1);
    let (end, _) = play(Settings::new(elsewhere), &world, |view| match view {
        SettingsView::Ready { .. } => Reply::Send(SettingsInput::ListSessions),
        _ => Reply::Wait,
    });
    assert_eq!(end, Some(SessionOver::Ended));
    // The renewal has moved the epoch that the next password gets.
    let changed = super::change(&world, &unlocked, PASSWORD, "battery staple");
    assert_eq!(changed, Some(SettingsDone::PasswordChanged));
    let again = sign_in(&world, "battery staple").unlocked.expect("it opens");
    assert_restores_all(&world, &again);
}

#[test]
fn earlier_versions_and_what_was_deleted_open_with_the_keys_before() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let id = store(&world, &unlocked, "Twice", b"first");
    let gone = store(&world, &unlocked, "Gone", b"deleted");
    let replaced = VaultInput::Replace {
        id,
        file: file("Twice", b"second"),
    };
    in_vault_all(&world, &unlocked, None, vec![replaced, VaultInput::Delete(gone)]);
    renewed(&world, &unlocked, &old);
    seal_again(&world, &unlocked);
    let again = signed_in(&world);
    let view = in_vault(&world, &again, VaultInput::ListVersions(id));
    let Some(VaultDone::Versions { versions, .. }) = view.done else {
        panic!("{:?}", view.done)
    };
    let oldest = versions.last().unwrap().number;
    let view = in_vault(&world, &again, VaultInput::RestoreVersion { id, number: oldest });
    assert!(
        matches!(view.done, Some(VaultDone::VersionRestored { .. })),
        "{:?}",
        view.done
    );
}

#[test]
fn a_code_whose_answer_was_lost_is_called_in_force_only_after_it_was_seen_to_be() {
    for then in [Then::Leave, Then::TryAgain, Then::KeepTheOldOne] {
        let world = World::new();
        let (unlocked, old) = with_five(&world);
        world.server.fail_once(Method::Put, paths::KEYS, Fault::CutAfter);
        let (view, new) = renew(&world, &unlocked, &old, then);
        match (then, &view) {
            // Neither done nor undone: nobody knows yet.
            (
                Then::Leave,
                SettingsView::ConfirmCode {
                    problem: Some(problem),
                    ..
                },
            ) => assert_eq!(problem.effect, Effect::Open),
            // Whatever the person wants, it is in force, and that is what is said.
            (
                Then::TryAgain | Then::KeepTheOldOne,
                SettingsView::Ready {
                    done: Some(SettingsDone::CodeAndKeyReplaced),
                    ..
                },
            ) => {}
            _ => panic!("{view:?}"),
        }
        let again = signed_in(&world);
        assert!(opens(&world, &again, &new.unwrap()) && !opens(&world, &again, &old));
        assert_restores_all(&world, &again);
    }
}

#[test]
fn a_code_that_never_arrived_leaves_the_one_before_in_force() {
    for then in [Then::Leave, Then::KeepTheOldOne] {
        let world = World::new();
        let (unlocked, old) = with_five(&world);
        world.server.fail_once(Method::Put, paths::KEYS, Fault::CutBefore);
        let (view, new) = renew(&world, &unlocked, &old, then);
        match (then, &view) {
            (Then::Leave, SettingsView::ConfirmCode { problem: Some(_), .. })
            | (
                Then::KeepTheOldOne,
                SettingsView::Ready {
                    done: Some(SettingsDone::CodeKept),
                    ..
                },
            ) => {}
            _ => panic!("{view:?}"),
        }
        assert!(opens(&world, &unlocked, &old) && !opens(&world, &unlocked, &new.unwrap()));
    }
}

#[test]
fn while_the_server_cannot_say_which_code_is_in_force_nothing_is_said() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let mut is_sent = false;
    world.server.on_request(move |request| {
        let is_put = request.method == Method::Put && request.path.starts_with(paths::KEYS);
        let asks = request.path.starts_with(paths::RELEASE);
        is_sent |= is_put;
        match (is_put, asks) {
            (true, _) => Some(Fault::CutAfter),
            (_, true) if is_sent => Some(Fault::CutBefore),
            _ => None,
        }
    });
    let (view, _) = renew(&world, &unlocked, &old, Then::KeepTheOldOne);
    let SettingsView::ConfirmCode {
        problem: Some(problem),
        ..
    } = view
    else {
        panic!("{view:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Retry(RetryReason::Offline));
}

#[test]
fn a_wrong_password_and_a_refusal_change_nothing() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let wrong = SettingsInput::NewCodeAndKey {
        password: password("wrong"),
        code: TypedText::new(text(&old)),
    };
    assert_eq!(
        super::done(in_settings(&world, &unlocked, wrong)),
        Some(SettingsDone::Failed(InputFault::WrongPassword.into()))
    );
    world.server.fail_once(
        Method::Put,
        paths::KEYS,
        Fault::Answer(ErrorCode::AccountDisputed),
    );
    let (view, _) = renew(&world, &unlocked, &old, Then::Leave);
    let SettingsView::ConfirmCode {
        problem: Some(problem),
        ..
    } = view
    else {
        panic!("{view:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Disputed);
    assert!(opens(&world, &unlocked, &old));
}

#[test]
fn a_code_of_another_backup_is_told_before_a_new_one_is_shown() {
    let world = World::new();
    let (unlocked, _) = with_five(&world);
    let other = of_another_backup();
    for (typed, problem) in [
        (text(&other), CodeProblem::OtherBackup),
        (
            "kh1".to_owned(),
            CodeProblem::Malformed(Arc::new(RecoveryCode::parse("kh1").unwrap_err())),
        ),
    ] {
        let asked = SettingsInput::NewCodeAndKey {
            password: password(PASSWORD),
            code: TypedText::new(typed),
        };
        let fails = super::done(in_settings(&world, &unlocked, asked));
        assert_eq!(fails, Some(SettingsDone::SeenCodeFails(problem)));
    }
    assert_eq!(
        world.server.requests(Method::Put, paths::KEYS),
        1,
        "the first record"
    );
}

/// Worlds draw alike, so the code of another one is that of this one; the one after it is not.
fn of_another_backup() -> ShownCode {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    super::in_settings_replacing_code(&world, &unlocked).1
}

#[test]
fn while_a_former_code_decides_it_alone_brings_a_new_key() {
    let world = World::new();
    let (unlocked, former) = with_five(&world);
    // Somebody who knows the password has made a new code with it.
    let (_, theirs) = super::in_settings_replacing_code(&world, &unlocked);
    let elsewhere = signed_in(&world);
    assert!(elsewhere.account().former_code_until.is_some());
    let (view, _) = renew(&world, &elsewhere, &theirs, Then::Leave);
    let SettingsView::ConfirmCode {
        problem: Some(problem),
        ..
    } = view
    else {
        panic!("{view:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Input(InputFault::FormerCodeDecides));
    assert_eq!(problem.effect, Effect::None);
    let neither = of_another_backup();
    let (view, _) = renew(&world, &elsewhere, &neither, Then::Leave);
    assert!(
        matches!(&view, SettingsView::ConfirmCode { problem: Some(problem), .. }
            if problem.kind == ProblemKind::Input(InputFault::NotTheDecidingCode)),
        "{view:?}"
    );
    let new = renewed(&world, &elsewhere, &former);
    assert!(opens(&world, &elsewhere, &new) && !opens(&world, &elsewhere, &theirs));
    assert_eq!(elsewhere.account().former_code_until, None);
}

#[test]
fn an_account_whose_address_nobody_has_confirmed_is_renewed_too() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    world.server.state.borrow_mut().only().state = AccountState::Unconfirmed;
    let new = renewed(&world, &unlocked, &old);
    assert_eq!(report(seal_again(&world, &unlocked)), all());
    let again = signed_in(&world);
    assert!(opens(&world, &again, &new) && !opens(&world, &again, &old));
    assert_eq!(again.account().state, AccountState::Unconfirmed);
}

#[test]
fn a_server_that_withholds_or_swaps_the_former_keys_gets_nothing_called_restored() {
    for harm in ["withheld", "another's", "altered"] {
        let world = World::new();
        let (unlocked, old) = with_five(&world);
        let second = renewed(&world, &unlocked, &old);
        seal_again(&world, &unlocked);
        let of_the_first = world
            .server
            .state
            .borrow_mut()
            .only()
            .record
            .as_ref()
            .unwrap()
            .former_keys
            .clone();
        renewed(&world, &unlocked, &second);
        world.server.on_answer(move |request, response| {
            if !request.path.starts_with(paths::RELEASE) {
                return;
            }
            let Ok(mut released) = serde_json::from_slice::<ReleaseResponse>(&response.body) else {
                return;
            };
            released.former_keys = match (harm, released.former_keys) {
                ("withheld", _) => None,
                ("another's", _) => of_the_first.clone(),
                (_, Some(mut sealed)) => {
                    let mut bytes = sealed.ciphertext.as_ref().to_vec();
                    bytes[10] ^= 1;
                    sealed.ciphertext = B64Within::new(bytes).unwrap();
                    Some(sealed)
                }
                (_, None) => None,
            };
            *response.body = serde_json::to_vec(&released).unwrap();
        });
        let got = sign_in(&world, PASSWORD);
        match (harm, got.unlocked) {
            ("withheld", Some(again)) => {
                let view = in_vault(&world, &again, VaultInput::Restore(Selection::All));
                let Some(VaultDone::Restored { report, files }) = view.done else {
                    panic!("{:?}", view.done)
                };
                assert!(!report.is_complete());
                assert_eq!((report.restored(), files.len()), (0, 0));
                let stored = in_vault(&world, &again, VaultInput::Store(file("Late", b"late"))).done;
                let Some(VaultDone::Failed(problem)) = stored else {
                    panic!("{stored:?}")
                };
                assert_eq!(problem.kind, ProblemKind::Server(ServerFault::DamagedInventory));
            }
            ("withheld", None) => panic!("the password opens the present key"),
            (_, opened) => assert!(opened.is_none(), "{harm}"),
        }
        // Nothing of it was harmed: with an honest answer everything is there.
        world.server.behave();
        assert_restores_all(&world, &signed_in(&world));
    }
}

#[test]
fn a_renewal_whose_former_keys_were_not_kept_is_not_called_done() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    world.server.on_answer(|request, response| {
        if let Ok(mut released) = serde_json::from_slice::<ReleaseResponse>(&response.body)
            && request.path.starts_with(paths::RELEASE)
        {
            released.former_keys = None;
            *response.body = serde_json::to_vec(&released).unwrap();
        }
    });
    let (view, _) = renew(&world, &unlocked, &old, Then::Leave);
    let SettingsView::ConfirmCode {
        problem: Some(problem),
        ..
    } = view
    else {
        panic!("{view:?}")
    };
    assert_eq!(problem.kind, ProblemKind::Server(ServerFault::DamagedKeyRecord));
    world.server.behave();
    assert_restores_all(&world, &signed_in(&world));
}

#[test]
fn no_view_and_no_work_of_a_renewal_shows_a_secret() {
    let world = World::new();
    let (unlocked, old) = with_five(&world);
    let code = renewed(&world, &unlocked, &old);
    seal_again(&world, &unlocked);
    let secrets = [
        text(&code),
        format!("{:?}", unlocked.backup_keys().present().expose_secret()),
    ];
    let flow = Settings::new(Rc::clone(&unlocked));
    let shown = format!("{:?} {:?} {unlocked:?}", flow.view(None), flow);
    for secret in &secrets {
        assert!(!shown.contains(secret.as_str()));
    }
    for (_, path, body) in world.server.seen.borrow().iter() {
        let body = String::from_utf8_lossy(body);
        assert!(!path.contains(&secrets[0]) && !body.contains(&secrets[0]));
    }
}
