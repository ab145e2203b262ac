//! Our own client's routes under `/persona/v1`.

mod account;
mod cancel_address_change;
mod change_address;
mod change_password;
mod confirm;
mod confirmation;
mod delete_account;
mod delete_object;
mod derived_key;
mod end_session;
mod end_sessions;
mod freeze;
mod kdf;
mod key_record;
mod letter_code;
mod list_deleted;
mod list_inventory_versions;
mod list_objects;
mod list_sessions;
mod list_versions;
mod new_session;
mod object_write;
mod outcomes;
mod read_inventory;
mod read_inventory_version;
mod read_keys;
mod read_object;
mod read_version;
mod recover;
mod recover_release;
mod release;
mod sign_in;
mod sign_up;
mod undelete_account;
mod undelete_object;
mod undo;
mod unlock;
mod write_inventory;
mod write_keys;
mod write_object;

use crate::route::Route;

/// The table.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        kdf::route(),
        sign_up::route(),
        account::route(),
        change_password::route(),
        sign_in::route(),
        list_sessions::route(),
        end_sessions::route(),
        end_session::route(),
        read_keys::route(),
        write_keys::route(),
        release::route(),
        unlock::route(),
        confirmation::route(),
        confirm::route(),
        freeze::route(),
        undo::route(),
        recover_release::route(),
        recover::route(),
        change_address::route(),
        cancel_address_change::route(),
        delete_account::route(),
        undelete_account::route(),
        read_inventory::route(),
        write_inventory::route(),
        list_inventory_versions::route(),
        read_inventory_version::route(),
        list_deleted::route(),
        list_objects::route(),
        read_object::route(),
        write_object::route(),
        delete_object::route(),
        undelete_object::route(),
        list_versions::route(),
        read_version::route(),
    ]
}
