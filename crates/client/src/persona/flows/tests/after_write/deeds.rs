//! Everything that a person can do and that writes, each done once from start to end.

use std::rc::Rc;

use keyhaven_protocol::persona::{AccountState, LinkKind, ResetCode, ResetCodeKind};

use crate::{
    persona::{
        ShownCode, TypedText, Unlocked,
        flows::{
            access::{AccessInput, AccessView, LockedProblem, RecoverProblem},
            letter::{LetterInput, LetterPage, LetterView},
            reset::{Reset, ResetInput, ResetView},
            settings::{Settings, SettingsDone, SettingsInput, SettingsView},
            tests::{
                access::reset,
                letter::{click, mail},
                page::{
                    GotIn, Reply, ada, address, file, get_in, get_in_with, groups_of, in_settings,
                    in_vault_all, password, play, putting_back, recovering, sign_up, signing_in, signing_up,
                    store, text,
                },
                renewed::renewed,
                world::World,
            },
            vault::{Folder, NotSealedAgain, Selection, VaultDone, VaultInput},
        },
    },
    problem::Problem,
};

macro_rules! deeds {
    ($($deed:ident),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Deed { $($deed),* }
        pub(super) const DEEDS: &[Deed] = &[$(Deed::$deed),*];
    };
}

deeds!(
    SignUp,
    FirstRecord,
    PutPasswordBack,
    Recover,
    UnlockByCode,
    UnlockByOldPassword,
    ChangePassword,
    NewCode,
    NewCodeAndKey,
    SettleCode,
    ChangeAddress,
    CancelAddressChange,
    DeleteAccount,
    EndSession,
    Store,
    StoreFolder,
    Replace,
    Delete,
    BringBack,
    BringAllBack,
    PutListBack,
    RestoreVersion,
    SealAgain,
    Lift,
    Decide,
    TakeDeletionBack,
    ResendConfirmation,
    Confirm,
    Freeze,
    AskForLink,
    SetPassword,
);

/// Which deed an input begins. Without a wildcard, so that a new input has to be given one, or a reason.
const fn of_access(input: &AccessInput) -> Option<Deed> {
    match input {
        AccessInput::SignUp { .. } => Some(Deed::SignUp),
        AccessInput::PutPasswordBack { .. } => Some(Deed::PutPasswordBack),
        AccessInput::Recover { .. } => Some(Deed::Recover),
        AccessInput::ConfirmGroups(_) => Some(Deed::FirstRecord),
        AccessInput::UnlockByCode(_) => Some(Deed::UnlockByCode),
        AccessInput::UnlockByOldPassword(_) => Some(Deed::UnlockByOldPassword),
        // Signing in changes nothing that it speaks of.
        AccessInput::SignIn { .. }
        // What failed, once more.
        | AccessInput::TryAgain
        // Signs out, and says so whatever is answered.
        | AccessInput::Later
        | AccessInput::Enter(_)
        | AccessInput::CodeSaved
        | AccessInput::ShowCodeAgain => None,
    }
}

const fn of_settings(input: &SettingsInput) -> Option<Deed> {
    match input {
        SettingsInput::ChangePassword { .. } => Some(Deed::ChangePassword),
        SettingsInput::NewCodeAndKey { .. } => Some(Deed::NewCodeAndKey),
        SettingsInput::ConfirmGroups(_) => Some(Deed::NewCode),
        SettingsInput::Back => Some(Deed::SettleCode),
        SettingsInput::ChangeAddress { .. } => Some(Deed::ChangeAddress),
        SettingsInput::CancelAddressChange => Some(Deed::CancelAddressChange),
        SettingsInput::DeleteAccount { .. } => Some(Deed::DeleteAccount),
        SettingsInput::EndSession(_) => Some(Deed::EndSession),
        // The flow is over with the answer.
        SettingsInput::SignOut | SettingsInput::SignOutEverywhere
        // What failed, once more.
        | SettingsInput::TryAgain
        // Only on this device.
        | SettingsInput::NewCode | SettingsInput::CodeSaved | SettingsInput::ShowCodeAgain
        | SettingsInput::Dismiss
        | SettingsInput::CheckCode(_)
        | SettingsInput::ListSessions => None,
    }
}

const fn of_vault(input: &VaultInput) -> Option<Deed> {
    match input {
        VaultInput::Store(_) => Some(Deed::Store),
        VaultInput::StoreFolder(_) => Some(Deed::StoreFolder),
        VaultInput::Replace { .. } => Some(Deed::Replace),
        VaultInput::Delete(_) => Some(Deed::Delete),
        VaultInput::BringBack(Selection::One(_)) => Some(Deed::BringBack),
        VaultInput::BringBack(Selection::All) => Some(Deed::BringAllBack),
        VaultInput::PutListBack(_) => Some(Deed::PutListBack),
        VaultInput::Lift => Some(Deed::Lift),
        VaultInput::Decide(_) => Some(Deed::Decide),
        VaultInput::TakeDeletionBack => Some(Deed::TakeDeletionBack),
        VaultInput::ResendConfirmation => Some(Deed::ResendConfirmation),
        VaultInput::RestoreVersion { .. } => Some(Deed::RestoreVersion),
        VaultInput::SealAgain => Some(Deed::SealAgain),
        // Only on this device.
        VaultInput::AcceptOlder
        | VaultInput::Refresh
        | VaultInput::Restore(_)
        | VaultInput::ListVersions(_)
        | VaultInput::ListDeleted
        | VaultInput::FindEarlierList
        | VaultInput::Dismiss
        // The flow is over with the answer.
        | VaultInput::SignOut => None,
    }
}

const fn of_letter(LetterInput::Act: LetterInput, page: LetterPage) -> Deed {
    match page {
        LetterPage::Confirm => Deed::Confirm,
        LetterPage::Freeze => Deed::Freeze,
    }
}

const fn of_reset(input: &ResetInput) -> Option<Deed> {
    match input {
        ResetInput::AskForLink(_) => Some(Deed::AskForLink),
        ResetInput::SetPassword(_) => Some(Deed::SetPassword),
        ResetInput::AskAgain => None,
    }
}

/// Prepares, arms the server, does the deed, and gives the problem that the person was told of; `None` if it was told as
/// done.
pub(super) fn perform(deed: Deed, world: &World, arm: impl FnOnce()) -> Option<Problem> {
    match deed {
        Deed::SignUp
        | Deed::FirstRecord
        | Deed::PutPasswordBack
        | Deed::Recover
        | Deed::UnlockByCode
        | Deed::UnlockByOldPassword => get_in_by(deed, world, arm),
        Deed::ChangePassword
        | Deed::NewCode
        | Deed::NewCodeAndKey
        | Deed::SettleCode
        | Deed::ChangeAddress
        | Deed::CancelAddressChange
        | Deed::DeleteAccount
        | Deed::EndSession => settle_by(deed, world, arm),
        Deed::Store
        | Deed::StoreFolder
        | Deed::Replace
        | Deed::Delete
        | Deed::BringBack
        | Deed::BringAllBack
        | Deed::PutListBack
        | Deed::RestoreVersion
        | Deed::SealAgain
        | Deed::Lift
        | Deed::Decide
        | Deed::TakeDeletionBack
        | Deed::ResendConfirmation => keep_by(deed, world, arm),
        Deed::Confirm | Deed::Freeze => click_by(deed, world, arm),
        Deed::AskForLink | Deed::SetPassword => reset_by(deed, world, arm),
    }
}

fn get_in_by(deed: Deed, world: &World, arm: impl FnOnce()) -> Option<Problem> {
    if deed == Deed::SignUp {
        arm();
        let got = get_in(world, signing_up("correct horse"));
        return problem_of(&got);
    }
    if deed == Deed::FirstRecord {
        let mut arm = Some(arm);
        let got = get_in_with(world, signing_up("correct horse"), |view| {
            if let AccessView::ShowCode { .. } = view
                && let Some(arm) = arm.take()
            {
                arm();
            }
            None
        });
        return problem_of(&got);
    }
    let (_, code) = sign_up(world);
    let mut input = Some(match deed {
        Deed::PutPasswordBack => putting_back("correct horse"),
        Deed::Recover => recovering(&text(&code), "battery staple"),
        Deed::UnlockByCode => AccessInput::UnlockByCode(TypedText::new(text(&code))),
        _ => AccessInput::UnlockByOldPassword(password("correct horse")),
    });
    assert_eq!(input.as_ref().and_then(of_access), Some(deed));
    if deed != Deed::Recover {
        reset(world, "new password");
    }
    arm();
    let got = match deed {
        Deed::PutPasswordBack | Deed::Recover => get_in(world, input.take().unwrap()),
        _ => get_in_with(world, signing_in("new password"), |view| match view {
            AccessView::Locked { .. } => input.take().map(Reply::Send),
            _ => None,
        }),
    };
    problem_of(&got)
}

fn problem_of(got: &GotIn) -> Option<Problem> {
    if got.unlocked.is_some() {
        return None;
    }
    match got.views.last().unwrap() {
        AccessView::Form {
            problem: Some(problem),
            ..
        }
        | AccessView::Recover {
            problem: Some(RecoverProblem::Other(problem)),
        }
        | AccessView::ConfirmCode {
            problem: Some(problem),
            ..
        }
        | AccessView::Locked {
            problem: Some(LockedProblem::Other(problem)),
            ..
        }
        | AccessView::NotYetRewrapped { problem, .. } => Some(problem.clone()),
        other => panic!("{other:?}"),
    }
}

fn settle_by(deed: Deed, world: &World, arm: impl FnOnce()) -> Option<Problem> {
    let (unlocked, code) = sign_up(world);
    if matches!(deed, Deed::NewCode | Deed::NewCodeAndKey | Deed::SettleCode) {
        return replace_code(deed, world, (&unlocked, &code), arm);
    }
    let move_away = || SettingsInput::ChangeAddress {
        password: password("correct horse"),
        new: address("lovelace@example.org"),
    };
    let input = match deed {
        Deed::ChangePassword => SettingsInput::ChangePassword {
            current: password("correct horse"),
            new: password("battery staple"),
        },
        Deed::ChangeAddress => move_away(),
        Deed::CancelAddressChange => {
            in_settings(world, &unlocked, move_away());
            SettingsInput::CancelAddressChange
        }
        Deed::DeleteAccount => SettingsInput::DeleteAccount {
            password: password("correct horse"),
            code: None,
        },
        _ => {
            get_in(world, signing_in("correct horse"));
            let listed = in_settings(world, &unlocked, SettingsInput::ListSessions);
            let SettingsView::Ready {
                sessions: Some(sessions),
                ..
            } = listed
            else {
                panic!("no list")
            };
            let other = sessions.iter().find(|session| !session.current);
            SettingsInput::EndSession(other.unwrap().session_id)
        }
    };
    assert_eq!(of_settings(&input), Some(deed));
    arm();
    match in_settings(world, &unlocked, input) {
        SettingsView::Ready {
            done: Some(SettingsDone::Failed(problem)),
            ..
        } => Some(problem),
        SettingsView::Ready { done: Some(_), .. } => None,
        other => panic!("{other:?}"),
    }
}

/// A new code, confirmed. For [`Deed::SettleCode`] its write is refused, and the person goes back.
fn replace_code(
    deed: Deed,
    world: &World,
    (unlocked, code): (&Rc<Unlocked>, &ShownCode),
    arm: impl FnOnce(),
) -> Option<Problem> {
    let input = match deed {
        Deed::NewCodeAndKey => SettingsInput::NewCodeAndKey {
            password: password("correct horse"),
            code: TypedText::new(text(code)),
        },
        _ => SettingsInput::NewCode,
    };
    let mut input = Some(input);
    let (mut arm, mut shown, mut told) = (Some(arm), None, None);
    let mut arm = || {
        if let Some(arm) = arm.take() {
            arm();
            true
        } else {
            false
        }
    };
    play(Settings::new(Rc::clone(unlocked)), world, |view| match view {
        SettingsView::Ready { done: None, .. } if input.is_some() => {
            input.take().map_or(Reply::Leave, Reply::Send)
        }
        SettingsView::Ready { done, .. } => {
            assert!(
                matches!(
                    done,
                    Some(
                        SettingsDone::CodeReplaced
                            | SettingsDone::CodeAndKeyReplaced
                            | SettingsDone::CodeKept
                    )
                ),
                "{done:?}"
            );
            told = None;
            Reply::Leave
        }
        SettingsView::Working { .. } => Reply::Wait,
        SettingsView::ShowCode { code, .. } => {
            shown = Some(code.clone());
            Reply::Send(SettingsInput::CodeSaved)
        }
        SettingsView::ConfirmCode {
            problem: None,
            groups,
            ..
        } => {
            if matches!(deed, Deed::NewCode | Deed::NewCodeAndKey) {
                arm();
            } else {
                world.server.fail_once(
                    crate::transport::Method::Put,
                    keyhaven_protocol::persona::paths::KEYS,
                    super::Fault::CutBefore,
                );
            }
            let typed = groups_of(shown.as_ref().unwrap(), *groups);
            Reply::Send(SettingsInput::ConfirmGroups(typed))
        }
        SettingsView::ConfirmCode { problem, .. } => {
            if deed == Deed::SettleCode && arm() {
                return Reply::Send(SettingsInput::Back);
            }
            told.clone_from(problem);
            Reply::Leave
        }
    });
    told
}

fn keep_by(deed: Deed, world: &World, arm: impl FnOnce()) -> Option<Problem> {
    let (unlocked, code) = sign_up(world);
    let id = store(world, &unlocked, "Work", b"keys");
    let mut before = Vec::new();
    let input = match deed {
        Deed::Store => VaultInput::Store(file("More", b"keys")),
        Deed::StoreFolder => VaultInput::StoreFolder(Folder {
            name: "All".to_owned(),
            files: vec![("keys.txt".to_owned(), zeroize::Zeroizing::new(b"keys".to_vec()))],
        }),
        Deed::Replace => VaultInput::Replace {
            id,
            file: file("Work", b"other keys"),
        },
        Deed::Delete => VaultInput::Delete(id),
        Deed::BringAllBack => {
            before.push(VaultInput::Delete(id));
            VaultInput::BringBack(Selection::All)
        }
        Deed::PutListBack => {
            store(world, &unlocked, "More", b"keys");
            let mut state = world.server.state.borrow_mut();
            let account = state.only();
            account.inventory.as_mut().unwrap().1.clear();
            VaultInput::PutListBack(account.inventory_numbers[0])
        }
        Deed::BringBack => {
            before.push(VaultInput::Delete(id));
            VaultInput::BringBack(Selection::One(id.into()))
        }
        Deed::RestoreVersion => {
            let replace = VaultInput::Replace {
                id,
                file: file("Work", b"other keys"),
            };
            in_vault_all(world, &unlocked, None, vec![replace]);
            VaultInput::RestoreVersion { id, number: 1 }
        }
        Deed::SealAgain => {
            renewed(world, &unlocked, &code);
            VaultInput::SealAgain
        }
        Deed::Lift => VaultInput::Lift,
        Deed::Decide => VaultInput::Decide(TypedText::new(text(&code))),
        Deed::TakeDeletionBack => VaultInput::TakeDeletionBack,
        _ => VaultInput::ResendConfirmation,
    };
    assert_eq!(of_vault(&input), Some(deed));
    {
        let mut state = world.server.state.borrow_mut();
        let account = state.only();
        account.frozen = deed == Deed::Lift;
        account.state = match deed {
            Deed::Decide => AccountState::Disputed,
            Deed::TakeDeletionBack => AccountState::Deleted,
            Deed::ResendConfirmation => AccountState::Unconfirmed,
            _ => AccountState::Active,
        };
    }
    let (mut arm, mut input, mut before) = (Some(arm), Some(input), before.into_iter());
    let vault = crate::persona::flows::vault::Vault::new(unlocked, None);
    let (_, views) = play(vault, world, |view| {
        if view.activity != crate::persona::flows::vault::Activity::Idle {
            return Reply::Wait;
        }
        if let Some(first) = before.next() {
            return Reply::Send(first);
        }
        if let Some(arm) = arm.take() {
            arm();
        }
        input.take().map_or(Reply::Leave, Reply::Send)
    });
    match views.last().and_then(|view| view.done.clone()) {
        Some(
            VaultDone::Failed(problem)
            | VaultDone::DeletionUnseen { problem, .. }
            | VaultDone::BroughtBack {
                problem: Some(problem),
                ..
            },
        ) => Some(problem),
        Some(VaultDone::SealedAgain(report)) => report.broken_off.or_else(|| {
            report.left.into_iter().find_map(|item| match item.why {
                NotSealedAgain::Problem(problem) => Some(problem),
                NotSealedAgain::Damaged => None,
            })
        }),
        Some(_) => None,
        None => panic!("{deed:?} came to nothing"),
    }
}

fn click_by(deed: Deed, world: &World, arm: impl FnOnce()) -> Option<Problem> {
    sign_up(world);
    let (page, kind) = match deed {
        Deed::Confirm => (LetterPage::Confirm, LinkKind::Confirm),
        _ => (LetterPage::Freeze, LinkKind::Freeze),
    };
    assert_eq!(of_letter(LetterInput::Act, page), deed);
    let code = mail(world, kind);
    arm();
    match click(world, page, &code, 1).pop().unwrap() {
        LetterView::Done(_) => None,
        LetterView::Ask {
            problem: Some(problem),
            ..
        } => Some(problem),
        other => panic!("{other:?}"),
    }
}

fn reset_by(deed: Deed, world: &World, arm: impl FnOnce()) -> Option<Problem> {
    sign_up(world);
    let code = ResetCode::new(ResetCodeKind::Derived, [7; 32]).expose_text();
    let owner = ada().normalised().to_owned();
    world.server.state.borrow_mut().codes.insert(code.clone(), owner);
    let (flow, input) = match deed {
        Deed::AskForLink => (Reset::ask(), ResetInput::AskForLink(ada())),
        _ => {
            let input = ResetInput::SetPassword(password("battery staple"));
            (Reset::open_link("ada@example.org", &code), input)
        }
    };
    assert_eq!(of_reset(&input), Some(deed));
    arm();
    let mut input = Some(input);
    let (_, mut views) = play(flow, world, |view| match view {
        ResetView::Working { .. } => Reply::Wait,
        _ => input.take().map_or(Reply::Leave, Reply::Send),
    });
    match views.pop().unwrap() {
        ResetView::Asked | ResetView::Done { .. } => None,
        ResetView::AskForLink { problem } | ResetView::ChoosePassword { problem, .. } => problem,
        ResetView::Working { .. } => panic!("it works for ever"),
    }
}
