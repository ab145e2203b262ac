//! Every path of the persona system, in one place. `{id}` marks a path parameter in the notation of the router.

/// Prefix of the routes that only our own client uses.
pub const PREFIX: &str = "/persona/v1";

/// `GET ?email=`: the server's salt and the Argon2id parameters for an address, known or not.
pub const KDF: &str = "/persona/v1/kdf";
/// `POST`: a new account whose credential is derived on the client.
pub const ACCOUNTS: &str = "/persona/v1/accounts";
/// `GET`: state and facts of the signed-in account.
pub const ACCOUNT: &str = "/persona/v1/account";
/// `POST`: change the password: credential and key record in one transaction.
pub const PASSWORD: &str = "/persona/v1/password";
/// `POST` signs in, `GET` lists, `DELETE` signs out everywhere.
pub const SESSIONS: &str = "/persona/v1/sessions";
/// `DELETE`: end one session; `current` names the one that asks.
pub const SESSION: &str = "/persona/v1/sessions/{id}";
/// `GET` the key record without its wraps, `PUT` it by compare-and-set.
pub const KEYS: &str = "/persona/v1/keys";
/// `POST`: one wrap, against the auth value of the same secret.
pub const RELEASE: &str = "/persona/v1/keys/release";
/// `POST`: leave `unproven` by proving that the backup key, or the recovery code, is held.
pub const UNLOCK: &str = "/persona/v1/unlock";
/// `POST`: mails the confirmation of a sign-up again.
pub const CONFIRMATION: &str = "/persona/v1/confirmation";
/// `POST`: spends the code of a letter that confirms.
pub const CONFIRM: &str = "/persona/v1/confirm";
/// `POST`: spends the code of a notice: "this was not me".
pub const FREEZE: &str = "/persona/v1/freeze";
/// `POST`: puts the last proven password back in force.
pub const UNDO: &str = "/persona/v1/undo";
/// `POST`: a new password against the recovery code, without mail.
pub const RECOVER: &str = "/persona/v1/recover";
/// `POST`: the recovery wrap against the auth value of the code, without a session.
pub const RECOVER_RELEASE: &str = "/persona/v1/recover/release";
/// `PUT` asks for a change of address, `DELETE` takes it back.
pub const ADDRESS: &str = "/persona/v1/address";
/// `POST`: deletes the account.
pub const ACCOUNT_DELETE: &str = "/persona/v1/account/delete";
/// `POST`: takes the deletion back.
pub const ACCOUNT_UNDELETE: &str = "/persona/v1/account/undelete";
/// `GET` the sealed inventory, `PUT` it alone.
pub const INVENTORY: &str = "/persona/v1/inventory";
/// `GET`: the versions of the inventory that are kept.
pub const INVENTORY_VERSIONS: &str = "/persona/v1/inventory/versions";
/// `GET`: the sealed bytes of one version of it.
pub const INVENTORY_VERSION: &str = "/persona/v1/inventory/versions/{version}";
/// `GET`: what is deleted and can still be brought back.
pub const DELETED: &str = "/persona/v1/deleted";
/// `GET`: what the server stores, by id.
pub const OBJECTS: &str = "/persona/v1/objects";
/// `GET` the sealed bytes, `PUT` object and inventory together.
pub const OBJECT: &str = "/persona/v1/objects/{id}";
/// `POST`: delete, with the inventory that no longer names it.
pub const OBJECT_DELETE: &str = "/persona/v1/objects/{id}/delete";
/// `POST`: bring the last version of a deleted object back, with the inventory that names it again.
pub const OBJECT_UNDELETE: &str = "/persona/v1/objects/{id}/undelete";

/// `GET`: the versions of an object that are kept.
pub const OBJECT_VERSIONS: &str = "/persona/v1/objects/{id}/versions";
/// `GET`: the sealed bytes of one version.
pub const OBJECT_VERSION: &str = "/persona/v1/objects/{id}/versions/{version}";

/// The path of one version of the inventory.
#[must_use]
pub fn inventory_version(version: u64) -> String {
    format!("{INVENTORY_VERSIONS}/{version}")
}

/// The path of one object.
#[must_use]
pub fn object(id: &super::ObjectId) -> String {
    format!("{OBJECTS}/{id}")
}

/// The path that deletes one object.
#[must_use]
pub fn object_delete(id: &super::ObjectId) -> String {
    format!("{OBJECTS}/{id}/delete")
}

/// The path that undoes the deletion of one object.
#[must_use]
pub fn object_undelete(id: &super::ObjectId) -> String {
    format!("{OBJECTS}/{id}/undelete")
}

/// The path of the versions of one object.
#[must_use]
pub fn object_versions(id: &super::ObjectId) -> String {
    format!("{OBJECTS}/{id}/versions")
}

/// The path of one version of one object.
#[must_use]
pub fn object_version(id: &super::ObjectId, version: u64) -> String {
    format!("{OBJECTS}/{id}/versions/{version}")
}
