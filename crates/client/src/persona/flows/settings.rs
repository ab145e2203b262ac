//! Password, recovery code and sessions of an account whose backup is open.

mod view;

pub use view::{CodeCheck, SettingsDone, SettingsInput, SettingsView};
