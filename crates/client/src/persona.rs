//! Persona backups: accounts by e-mail address and password, everything sealed on the device.
//!
//! Two questions are never mixed up: *can I sign in?* (a session, proven by the password) and *can I read my data?* (the
//! backup key, opened by the password of the present epoch, an older password, or the recovery code).
//!
//! | flow | from | to |
//! |---|---|---|
//! | [`flows::access`] | nothing | [`Unlocked`]: signed in and the backup key at hand; makes accounts, finishes interrupted sign-ups, puts an old password back, recovers by the code without mail |
//! | [`flows::vault`] | [`Unlocked`] | list, store, restore, versions, delete with undo, sealing again, ways out of a state |
//! | [`flows::settings`] | [`Unlocked`] | password, recovery code, backup key, address, sessions, deletion of the account |
//! | [`flows::reset`] | nothing, or a mailed link | a new password; opens nothing |
//! | [`flows::letter`] | a mailed link | an address confirmed, or an account frozen |

pub mod account;
pub mod api;
pub mod flows;
pub mod item;
pub mod remembered;
pub mod restore_report;
pub mod shown_code;
pub mod unlocked;

mod code_confirmation;
mod contents;
mod earlier;
mod key_record;
mod opening;
mod password_change;
mod proven;

pub use account::{Account, AddressChange, OldPassword};
pub use item::{CountedAgainst, Deletion, Item, ItemId, ItemKind, Listing, Standing};
pub use remembered::{InventoryMark, Remembered};
pub use restore_report::{Damage, Finding, RestoreItem, RestoreReport};
pub use shown_code::{GroupNumber, ShownCode, TypedText};
pub use unlocked::{SessionOver, Unlocked};

use unlocked::PresentPassword;
