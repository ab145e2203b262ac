//! One sample for each state.

mod access;
mod components;
mod key_file;
mod kit;
mod letter;
mod reset;
mod settings;
mod shown;
mod vault;

use keyhaven_client::host::UnixSeconds;
use keyhaven_client::persona::account::OldPassword;
use keyhaven_client::persona::{Account, ShownCode};
use keyhaven_client::problem::{Effect, Problem, ProblemKind, RequestId, RetryReason};
use keyhaven_client::progress::{Count, Doing, Progress};
use keyhaven_core::recovery_code::{CodeLength, RecoveryCode};
use keyhaven_protocol::persona::{AccountId, AccountState};
use leptos::prelude::*;

use crate::route::Base;

/// Shows a state.
type Render = fn(Base) -> AnyView;

/// Every state and its name.
pub(super) const STATES: &[(&str, Render)] = &[
    ("start", |base| {
        view! { <crate::pages::start::StartPage base=base /> }.into_any()
    }),
    ("not-found", |base| {
        view! { <crate::pages::not_found::NotFound base=base /> }.into_any()
    }),
    ("no-server", reset::no_server),
    ("verify", components::verify),
    ("verify-altered", components::verify_altered),
    ("sign-in", access::sign_in),
    ("sign-in-wrong", access::sign_in_wrong),
    ("sign-in-frozen", access::sign_in_frozen),
    ("sign-in-working", access::sign_in_working),
    ("old-password", access::old_password),
    ("old-password-wrong", access::old_password_wrong),
    ("recover", access::recover),
    ("recover-typo", access::recover_typo),
    ("recover-other-address", access::recover_other_address),
    ("recover-damaged", access::recover_damaged),
    ("recover-failed", access::recover_failed),
    ("sign-up", access::sign_up),
    ("sign-up-taken", access::sign_up_taken),
    ("show-code", access::show_code),
    ("show-code-resumed", access::show_code_resumed),
    ("sign-up-finished-elsewhere", access::sign_up_finished_elsewhere),
    ("confirm-code", access::confirm_code),
    ("confirm-code-wrong", access::confirm_code_wrong),
    ("confirm-code-failed", access::confirm_code_failed),
    ("locked", access::locked),
    ("locked-damaged", access::locked_damaged),
    ("locked-frozen", access::locked_frozen),
    ("locked-old-password-gone", access::locked_old_password_gone),
    ("locked-code", access::locked_code),
    ("locked-code-typo", access::locked_code_typo),
    ("locked-code-other-backup", access::locked_code_other_backup),
    ("locked-code-damaged", access::locked_code_damaged),
    ("locked-old-password", access::locked_old_password),
    ("locked-old-password-wrong", access::locked_old_password_wrong),
    ("locked-old-password-damaged", access::locked_old_password_damaged),
    ("locked-failed", access::locked_failed),
    ("locked-later", access::locked_later),
    ("not-yet-rewrapped", access::not_yet_rewrapped),
    ("vault-empty", vault::empty),
    ("vault", vault::full),
    ("vault-twelve", vault::twelve),
    ("vault-stored", vault::stored),
    ("vault-deleted", vault::deleted::deleted),
    ("vault-deleted-unnamed", vault::deleted::deleted_unnamed),
    ("vault-deletion-unseen", vault::deleted::deletion_unseen),
    ("vault-undeleted", vault::deleted::undeleted),
    ("vault-all-deleted", vault::deleted::all_deleted),
    ("deleted", vault::deleted::deleted_list),
    ("deleted-frozen", vault::deleted::deleted_list_frozen),
    ("deleted-none", vault::deleted::deleted_list_empty),
    ("vault-brought-back", vault::deleted::brought_back),
    ("vault-brought-some-back", vault::deleted::brought_some_back),
    ("vault-earlier-list", vault::earlier::earlier_list),
    ("vault-no-earlier-list", vault::earlier::no_earlier_list),
    ("vault-list-put-back", vault::earlier::list_put_back),
    ("vault-stopped", vault::stopped),
    ("vault-failed", vault::failed),
    ("vault-went-back", vault::went_back),
    ("vault-working", vault::working),
    ("vault-unsealed", vault::sealing::unsealed),
    ("vault-sealing", vault::sealing::sealing),
    ("vault-sealing-broken-off", vault::sealing::sealing_broken_off),
    ("vault-sealed-again", vault::sealing::sealed_again),
    ("vault-sealed-again-but-two", vault::sealing::sealed_again_but_two),
    ("vault-unconfirmed", vault::states::unconfirmed),
    ("vault-confirmation-sent", vault::states::confirmation_sent),
    ("vault-disputed", vault::states::disputed),
    ("vault-disputed-other-code", vault::states::disputed_other_code),
    ("vault-decided", vault::states::decided),
    ("vault-frozen", vault::states::frozen),
    ("vault-lifted", vault::states::lifted),
    ("vault-deleted-account", vault::states::deleted_account),
    ("vault-taken-back", vault::states::taken_back),
    ("vault-unproven", vault::states::unproven),
    ("versions", vault::earlier::versions),
    ("versions-frozen", vault::earlier::versions_frozen),
    ("version-restored", vault::earlier::version_restored),
    ("version-damaged", vault::earlier::version_damaged),
    ("restored", vault::restored::restored),
    ("restored-one", vault::restored::restored_one),
    ("restored-twelve", vault::restored::restored_twelve),
    ("restored-list-only", vault::restored::restored_list_only),
    ("restored-incomplete", vault::restored::restored_incomplete),
    ("settings", settings::menu),
    ("settings-password-changed", settings::password_changed),
    ("settings-code-replaced", settings::code_replaced),
    ("settings-code-kept", settings::code_kept),
    ("settings-code-and-key-replaced", settings::code_and_key_replaced),
    ("settings-working", settings::working),
    ("settings-frozen", settings::frozen),
    ("settings-former-code", settings::former_code),
    ("settings-account-deleted", settings::account_deleted),
    ("settings-address-kept", settings::address_kept),
    ("change-address", settings::change_address),
    ("change-address-waits", settings::change_address_waits),
    ("delete-account", settings::delete_account),
    ("delete-account-other-code", settings::delete_account_other_code),
    ("change-password", settings::change_password),
    ("change-password-failed", settings::change_password_failed),
    ("change-password-unseen", settings::change_password_unseen),
    ("new-code", settings::new_code),
    ("seen-code", settings::seen_code),
    ("seen-code-former", settings::seen_code_former),
    ("seen-code-other", settings::seen_code_other),
    ("show-new-code", settings::show_new_code),
    ("confirm-new-code", settings::confirm_new_code),
    ("new-code-unseen", settings::new_code_unseen),
    ("show-unseen-code", settings::show_unseen_code),
    ("check-code", settings::check_code),
    ("check-code-good", settings::check_code_good),
    ("check-code-fails", settings::check_code_fails),
    ("sessions", settings::sessions),
    ("session-ended", settings::session_ended),
    ("reset-ask", reset::ask),
    ("reset-link-spent", reset::link_spent),
    ("reset-asked", reset::asked),
    ("reset-choose", reset::choose),
    ("reset-choose-messenger", reset::choose_for_messenger),
    ("reset-choose-failed", reset::choose_failed),
    ("reset-working", reset::working),
    ("reset-done", reset::done),
    ("reset-done-messenger", reset::done_for_messenger),
    ("confirm", letter::confirm),
    ("confirm-change-from", letter::confirm_change_from),
    ("confirm-change-to", letter::confirm_change_to),
    ("confirm-failed", letter::failed),
    ("confirm-working", letter::working),
    ("confirm-spent", letter::confirm_spent),
    ("confirmed", letter::confirmed),
    ("confirmed-one-side", letter::one_side),
    ("confirmed-change", letter::address_changed),
    ("freeze", letter::freeze),
    ("freeze-spent", letter::freeze_spent),
    ("freeze-spent-after-a-click", letter::freeze_spent_after_a_click),
    ("frozen", letter::frozen),
    ("key-file", key_file::choose),
    ("key-file-recovery-key", key_file::recovery_key),
    ("key-file-incomplete", key_file::incomplete),
    ("key-file-zip", key_file::zip),
    ("key-file-another", key_file::another),
    ("key-file-plain", key_file::plain),
    ("key-file-plain-opened", key_file::plain_opened),
    ("key-file-passphrase", key_file::passphrase),
    ("key-file-passphrase-wrong", key_file::passphrase_wrong),
    ("key-file-expensive", key_file::expensive),
    ("key-file-working", key_file::working),
    ("key-file-opened", key_file::opened),
    ("key-file-one-room", key_file::one_room),
    ("key-file-left-out", key_file::left_out),
    ("key-file-nothing", key_file::nothing),
    ("key-file-save", key_file::save),
    ("key-file-save-room", key_file::save_room),
    ("key-file-save-failed", key_file::save_failed),
    ("key-file-saved", key_file::saved),
    ("key-file-saved-rooms", key_file::saved_rooms),
    ("kit-ask", kit::ask),
    ("kit-ready", kit::ready),
    ("dialog", components::dialog),
];

/// A code that opens nothing.
fn shown_code() -> ShownCode {
    ShownCode::new(RecoveryCode::generate(CodeLength::Bits128, &mut Counting(7)))
}

fn account() -> Account {
    Account {
        id: AccountId::from_bytes([3; 16]),
        address: "ada@example.org".to_owned(),
        state: AccountState::Active,
        state_until: None,
        credential_epoch: 4,
        next_credential_epoch: 5,
        old_password: OldPassword::Kept { until: None },
        former_code_until: None,
        address_change: None,
        created_at: UnixSeconds(1_763_700_000),
        used_bytes: 3_400_000,
        quota_bytes: 1_073_741_824,
    }
}

fn offline() -> Problem {
    Problem {
        kind: ProblemKind::Retry(RetryReason::Offline),
        effect: Effect::None,
        request_id: RequestId::parse("4f1c-sample"),
    }
}

fn unseen(effect: Effect) -> Problem {
    Problem {
        kind: ProblemKind::Retry(RetryReason::Busy { after: None }),
        effect,
        request_id: RequestId::parse("4f1c-sample"),
    }
}

fn deriving() -> Progress {
    Progress::of(Doing::DerivingKey)
}

fn fetching() -> Progress {
    Progress::of(Doing::Fetching)
        .with_items(Some(Count { done: 3, total: 12 }))
        .with_bytes(Some(Count {
            done: 4_404_019,
            total: 9_437_184,
        }))
}

/// Numbers that look random and are the same in each picture.
struct Counting(u8);

impl rand_core::TryRng for Counting {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(141).wrapping_add(3);
            *byte = self.0;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Counting {}
