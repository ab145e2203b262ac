//! The open backup: list, store, restore, delete with undo.

mod view;

pub use view::{
    Activity, Folder, NewFile, Notice, RestoredFile, Selection, VaultDone, VaultInput, VaultView,
};
