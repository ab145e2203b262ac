//! What this device remembers of an account, so that it notices a server that goes back in time. It holds no secret.

use keyhaven_client::persona::Remembered;
use keyhaven_protocol::persona::AccountId;

/// What was kept of this account, if anything that can be read.
pub(crate) fn load(account: AccountId) -> Option<Remembered> {
    let text = web_sys::window()?
        .local_storage()
        .ok()
        .flatten()?
        .get_item(&key(account))
        .ok()
        .flatten()?;
    text.parse().ok()
}

/// Keeps it, where the browser allows that. What another tab has seen since is not forgotten.
pub(crate) fn keep(remembered: Remembered) {
    let remembered = remembered.newest(load(remembered.account_id));
    if let Some(storage) = web_sys::window().and_then(|window| window.local_storage().ok().flatten()) {
        // A browser that keeps nothing notices nothing; the inventory still tells what is there now.
        let _ = storage.set_item(&key(remembered.account_id), &remembered.to_string());
    }
}

fn key(account: AccountId) -> String {
    format!("keyhaven-seen-{account}")
}
