//! Which sample shows a state. No match has an arm for "the rest", so a state that is new does not compile before it names
//! its sample, and neither does a name that no sample has.

use keyhaven_client::persona::flows::access::{
    AccessView, CodeProblem, Entrance, LockedProblem, OldPasswordProblem, RecoverProblem,
};
use keyhaven_client::persona::flows::letter::{EarlierClick, LetterAct, LetterDone, LetterPage, LetterView};
use keyhaven_client::persona::flows::reset::ResetView;
use keyhaven_client::persona::flows::settings::{CodeCheck, CodeStanding, SettingsDone, SettingsView};
use keyhaven_client::persona::flows::vault::{Activity, VaultDone, VaultView};
use keyhaven_client::problem::{Effect, Problem};
use keyhaven_protocol::persona::{AccountState, ResetCodeKind};

use super::STATES;

/// The name of a sample that is there.
#[expect(
    clippy::panic,
    reason = "runs while the program is compiled, where it is an error like any other"
)]
const fn sample(name: &'static str) -> &'static str {
    let mut left: &[(&str, super::Render)] = STATES;
    while let [(found, _), rest @ ..] = left {
        if is_same(found.as_bytes(), name.as_bytes()) {
            return name;
        }
        left = rest;
    }
    panic!("no sample has this name")
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [other_first, other_rest @ ..]) = (one, other) {
        if *first != *other_first {
            return false;
        }
        (one, other) = (rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

pub(super) const fn access(view: &AccessView) -> &'static str {
    match view {
        AccessView::Form {
            entrance: Entrance::SignUp,
            problem: None,
        } => const { sample("sign-up") },
        AccessView::Form {
            entrance: Entrance::SignUp,
            problem: Some(_),
        } => const { sample("sign-up-taken") },
        AccessView::Form {
            entrance: Entrance::SignIn,
            problem: None,
        } => const { sample("sign-in") },
        AccessView::Form {
            entrance: Entrance::SignIn,
            problem: Some(_),
        } => const { sample("sign-in-wrong") },
        AccessView::Form {
            entrance: Entrance::OldPassword,
            problem: None,
        } => const { sample("old-password") },
        AccessView::Form {
            entrance: Entrance::OldPassword,
            problem: Some(_),
        } => const { sample("old-password-wrong") },
        AccessView::Recover { problem: None }
        // The flow shows no form for this entrance.
        | AccessView::Form {
            entrance: Entrance::RecoveryCode,
            ..
        } => const { sample("recover") },
        AccessView::Recover {
            problem: Some(problem),
        } => match problem {
            RecoverProblem::Malformed(_) => const { sample("recover-typo") },
            RecoverProblem::NotOfThisAddress => const { sample("recover-other-address") },
            RecoverProblem::DamagedRecord => const { sample("recover-damaged") },
            RecoverProblem::Other(_) => const { sample("recover-failed") },
        },
        AccessView::Working { .. } => const { sample("sign-in-working") },
        AccessView::ShowCode { .. } => const { sample("show-code") },
        AccessView::ConfirmCode { problem: Some(_), .. } => const { sample("confirm-code-failed") },
        AccessView::ConfirmCode { .. } => const { sample("confirm-code") },
        AccessView::Locked { problem: None, .. } => const { sample("locked") },
        AccessView::Locked {
            problem: Some(problem),
            ..
        } => match problem {
            LockedProblem::Code(problem) => code(problem),
            LockedProblem::OldPassword(OldPasswordProblem::NotTheOldOne) => {
                const { sample("locked-old-password-wrong") }
            }
            LockedProblem::OldPassword(OldPasswordProblem::DamagedRecord) => {
                const { sample("locked-old-password-damaged") }
            }
            LockedProblem::Other(_) => const { sample("locked-failed") },
        },
        AccessView::NotYetRewrapped { .. } => const { sample("not-yet-rewrapped") },
    }
}

const fn code(problem: &CodeProblem) -> &'static str {
    match problem {
        CodeProblem::Malformed(_) => const { sample("locked-code-typo") },
        CodeProblem::OtherBackup => const { sample("locked-code-other-backup") },
        CodeProblem::DamagedRecord => const { sample("locked-code-damaged") },
    }
}

pub(super) const fn letter(view: &LetterView) -> &'static str {
    match view {
        LetterView::Ask { problem: Some(_), .. } => const { sample("confirm-failed") },
        LetterView::Ask { problem: None, act } => match act {
            LetterAct::ConfirmSignUp => const { sample("confirm") },
            LetterAct::ConfirmChangeFrom => const { sample("confirm-change-from") },
            LetterAct::ConfirmChangeTo => const { sample("confirm-change-to") },
            LetterAct::Freeze => const { sample("freeze") },
        },
        LetterView::Working { .. } => const { sample("confirm-working") },
        LetterView::Spent {
            page: LetterPage::Confirm,
            ..
        } => const { sample("confirm-spent") },
        LetterView::Spent {
            page: LetterPage::Freeze,
            earlier: EarlierClick::None,
        } => const { sample("freeze-spent") },
        LetterView::Spent {
            page: LetterPage::Freeze,
            earlier: EarlierClick::Unanswered,
        } => const { sample("freeze-spent-after-a-click") },
        LetterView::Done(done) => match done {
            LetterDone::AccountConfirmed => const { sample("confirmed") },
            LetterDone::AddressChangeWaits => const { sample("confirmed-one-side") },
            LetterDone::AddressChanged => const { sample("confirmed-change") },
            LetterDone::Frozen => const { sample("frozen") },
        },
    }
}

pub(super) const fn reset(view: &ResetView) -> &'static str {
    match view {
        ResetView::AskForLink { problem: None } => const { sample("reset-ask") },
        ResetView::AskForLink { problem: Some(_) } => const { sample("reset-link-spent") },
        ResetView::Asked => const { sample("reset-asked") },
        ResetView::ChoosePassword {
            problem: None,
            kind: ResetCodeKind::Derived,
            ..
        } => const { sample("reset-choose") },
        ResetView::ChoosePassword {
            problem: None,
            kind: ResetCodeKind::Typed,
            ..
        } => const { sample("reset-choose-messenger") },
        ResetView::ChoosePassword { problem: Some(_), .. } => const { sample("reset-choose-failed") },
        ResetView::Working { .. } => const { sample("reset-working") },
        ResetView::Done {
            kind: ResetCodeKind::Derived,
            ..
        } => const { sample("reset-done") },
        ResetView::Done {
            kind: ResetCodeKind::Typed,
            ..
        } => const { sample("reset-done-messenger") },
    }
}

pub(super) const fn settings(view: &SettingsView) -> &'static str {
    match view {
        SettingsView::Ready {
            done: None,
            sessions: None,
            ..
        } => const { sample("settings") },
        SettingsView::Ready {
            done: None,
            sessions: Some(_),
            ..
        } => const { sample("sessions") },
        SettingsView::Ready { done: Some(done), .. } => match done {
            SettingsDone::PasswordChanged => const { sample("settings-password-changed") },
            SettingsDone::CodeReplaced => const { sample("settings-code-replaced") },
            SettingsDone::CodeKept => const { sample("settings-code-kept") },
            SettingsDone::SeenCodeFails(_) => const { sample("seen-code-other") },
            SettingsDone::CodeAndKeyReplaced => const { sample("settings-code-and-key-replaced") },
            SettingsDone::CodeChecked(CodeCheck::Opens) => const { sample("check-code-good") },
            SettingsDone::CodeChecked(CodeCheck::Fails(_)) => const { sample("check-code-fails") },
            SettingsDone::AddressChangeAsked => const { sample("change-address-waits") },
            SettingsDone::AddressChangeCancelled => const { sample("settings-address-kept") },
            SettingsDone::AccountDeleted { .. } => const { sample("settings-account-deleted") },
            SettingsDone::DeletionCodeFails(_) => const { sample("delete-account-other-code") },
            SettingsDone::SessionEnded => const { sample("session-ended") },
            SettingsDone::Failed(Problem {
                effect: Effect::None, ..
            }) => const { sample("change-password-failed") },
            SettingsDone::Failed(_) => const { sample("change-password-unseen") },
        },
        SettingsView::Working { .. } => const { sample("settings-working") },
        SettingsView::ShowCode {
            standing: CodeStanding::New,
            ..
        } => const { sample("show-new-code") },
        SettingsView::ShowCode {
            standing: CodeStanding::Open,
            ..
        } => const { sample("show-unseen-code") },
        SettingsView::ConfirmCode {
            standing: CodeStanding::New,
            ..
        } => const { sample("confirm-new-code") },
        SettingsView::ConfirmCode {
            standing: CodeStanding::Open,
            ..
        } => const { sample("new-code-unseen") },
    }
}

pub(super) const fn vault(view: &VaultView) -> &'static str {
    match (&view.activity, &view.done) {
        (Activity::Working { .. }, _) => const { sample("vault-working") },
        (Activity::Idle, None) if view.sealing_again.is_some() => const { sample("vault-unsealed") },
        (Activity::Idle, None) => state(view.account.state),
        (Activity::Idle, Some(done)) => match done {
            VaultDone::Stored { .. } => const { sample("vault-stored") },
            VaultDone::Restored { .. } => const { sample("restored") },
            VaultDone::Deleted { .. } => const { sample("vault-deleted") },
            VaultDone::DeletedUnnamed { .. } => const { sample("vault-deleted-unnamed") },
            VaultDone::DeletionUnseen { .. } => const { sample("vault-deletion-unseen") },
            VaultDone::Undeleted { .. } => const { sample("vault-undeleted") },
            VaultDone::DeletedList(_) => const { sample("deleted") },
            VaultDone::BroughtBack { .. } => const { sample("vault-brought-back") },
            VaultDone::EarlierList(Some(_)) => const { sample("vault-earlier-list") },
            VaultDone::EarlierList(None) => const { sample("vault-no-earlier-list") },
            VaultDone::ListPutBack(_) => const { sample("vault-list-put-back") },
            VaultDone::Lifted => const { sample("vault-lifted") },
            VaultDone::Decided => const { sample("vault-decided") },
            VaultDone::CodeFails(_) => const { sample("vault-disputed-other-code") },
            VaultDone::DeletionTakenBack => const { sample("vault-taken-back") },
            VaultDone::ConfirmationSent => const { sample("vault-confirmation-sent") },
            VaultDone::Versions { .. } => const { sample("versions") },
            VaultDone::VersionRestored { .. } => const { sample("version-restored") },
            VaultDone::VersionDamaged { .. } => const { sample("version-damaged") },
            VaultDone::SealedAgain(_) => const { sample("vault-sealed-again") },
            VaultDone::Stopped => const { sample("vault-stopped") },
            VaultDone::Failed(_) => const { sample("vault-failed") },
        },
    }
}

const fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Unconfirmed => const { sample("vault-unconfirmed") },
        AccountState::Disputed => const { sample("vault-disputed") },
        AccountState::Frozen => const { sample("vault-frozen") },
        AccountState::Deleted => const { sample("vault-deleted-account") },
        AccountState::Unproven => const { sample("vault-unproven") },
        // The wire may get more of them; a page that does not know one says so.
        _ => const { sample("vault") },
    }
}
