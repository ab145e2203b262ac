//! What somebody is told who asks for something that the state of the account does not allow.

use keyhaven_protocol::{error::ErrorCode, persona::AccountState};

/// Every answer of [`error`] that a route can give.
pub(super) const ERRORS: &[ErrorCode] = &[
    ErrorCode::AccountUnproven,
    ErrorCode::AccountDisputed,
    ErrorCode::AccountFrozen,
    ErrorCode::AccountDeleted,
];

/// The answer for a state. The others refuse nothing.
pub(super) fn error(state: AccountState) -> ErrorCode {
    match state {
        AccountState::Unproven => ErrorCode::AccountUnproven,
        AccountState::Disputed => ErrorCode::AccountDisputed,
        AccountState::Frozen => ErrorCode::AccountFrozen,
        AccountState::Deleted => ErrorCode::AccountDeleted,
        _ => ErrorCode::Internal,
    }
}
