//! The named bounds of the persona wire. Both sides check them: the client to say so early, the server to hold.

use core::time::Duration;

/// Largest sealed object, and largest body of `POST /personas/{id}`: 10 MiB.
pub const OBJECT_MAX_BYTES: usize = 10 * 1024 * 1024;
/// Largest sealed inventory.
pub const INVENTORY_MAX_BYTES: usize = 2 * 1024 * 1024;
/// Largest JSON body of any other route.
pub const JSON_MAX_BYTES: usize = 64 * 1024;
/// Largest body of a route that anybody may ask, signed in or not.
pub const STRANGER_BODY_MAX_BYTES: usize = 8 * 1024;
/// Longest id of a persona on the original wire, in bytes after percent-decoding.
pub const LEGACY_ID_MAX_BYTES: usize = 512;
/// Longest content type that is stored.
pub const CONTENT_TYPE_MAX_BYTES: usize = 128;
/// Most derivations that a server offers for an address, and that a client tries: each costs about a second.
pub const DERIVATIONS_MAX: usize = 4;
/// Longest password, or derived value in its place, that a server hashes.
pub const PASSWORD_MAX_BYTES: usize = 1024;
/// Most objects of one account.
pub const OBJECTS_MAX: usize = 10_000;
/// All versions of all objects of one account together: 1 GiB.
pub const QUOTA_BYTES: u64 = 1024 * 1024 * 1024;
/// What an `unproven` account can add from the reset on: 16 MiB. Whoever reads the mailbox can add that much.
pub const UNPROVEN_ADDED_BYTES: u64 = 16 * 1024 * 1024;
/// Most new ids of an `unproven` account from the reset on.
pub const UNPROVEN_ADDED_OBJECTS: u64 = 64;
/// What a deletion or undelete with its inventory, or an inventory alone, may pass the quota by, so that a full account
/// can be cleaned up: an inventory of the largest size for each id that an unproven account can add.
pub const CLEANUP_RESERVE_BYTES: u64 = UNPROVEN_ADDED_OBJECTS * INVENTORY_MAX_BYTES as u64;

/// How long a mailed reset code can be used.
pub const RESET_CODE_LIFE: Duration = Duration::from_secs(30 * 60);
/// How many mailed reset codes of one account are good at the same time.
pub const RESET_CODES_OUTSTANDING: usize = 3;
/// Mails for one address in an hour; more requests are answered alike and mail nothing.
pub const RESET_MAILS_PER_HOUR: u32 = 3;
/// Mails for one address in a day.
pub const RESET_MAILS_PER_DAY: u32 = 10;
/// A session ends after this long without a request.
pub const SESSION_IDLE: Duration = Duration::from_secs(15 * 60);
/// A session ends this long after signing in, whatever happens.
pub const SESSION_LIFE: Duration = Duration::from_secs(12 * 60 * 60);
/// Most open sessions of one account: the next one ends the one that was not used for the longest time.
pub const SESSIONS_MAX: usize = 100;
/// The last proven credential and its wrap are kept this long after the unlock that replaced them; so long a recovery
/// code that was given up without being presented decides.
pub const PROVEN_KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// All versions of all objects of an account whose address nobody has confirmed: 1 MiB.
pub const UNCONFIRMED_QUOTA_BYTES: u64 = 1024 * 1024;
/// An account whose address nobody has confirmed is removed this long after sign-up; so long its letter can be used.
pub const UNCONFIRMED_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// An account that lost its address to the reader of its mailbox is removed this long after.
pub const ARCHIVED_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A dispute that no recovery code decided ends this long after the undo.
pub const DISPUTE: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// How long the link in a notice can freeze; and how long an account without a key record stays frozen.
pub const FREEZE_LINK_LIFE: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// How many links that freeze one account are good at the same time; a newer one takes the place of the oldest.
pub const FREEZE_LINKS_OUTSTANDING: usize = 20;
/// How long a deleted account, or a deleted object, can be taken back.
pub const DELETED_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a change of address waits for its confirmations.
pub const ADDRESS_CHANGE_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Versions of an object that are kept, however old.
pub const VERSIONS_NEWEST: usize = 10;
/// For this long one version an hour is kept.
pub const VERSIONS_HOURLY: Duration = Duration::from_secs(24 * 60 * 60);
/// For this long one version a day is kept.
pub const VERSIONS_DAILY: Duration = Duration::from_secs(30 * 24 * 60 * 60);
