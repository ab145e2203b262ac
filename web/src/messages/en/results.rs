//! Lists of what became of each item, and saving what came back.

use crate::components::Saved;

pub(crate) const SAVE_LIST: &str = "Save this list";
pub(crate) const LIST_FILE_NAME: &str = "keyhaven-result.txt";
pub(crate) const SAVE: &str = "Save";
pub(crate) const SAVE_ALL: &str = "Save all as one zip";
pub(crate) const ALL_FILE_NAME: &str = "keyhaven-personas.zip";

pub(crate) fn all(number: usize) -> String {
    format!("All ({number})")
}

pub(crate) fn problems(number: usize) -> String {
    format!("To look at ({number})")
}

pub(crate) fn save_file(name: &str) -> String {
    format!("Save ‘{name}’")
}

pub(crate) fn saved(saved: Saved) -> &'static str {
    match saved {
        Saved::Handed => "Given to your browser’s downloads.",
        Saved::Refused => "Your browser refused the download. Check its settings, then try again.",
        Saved::NotTogether => "They do not fit into one zip. Save them one by one, below.",
    }
}
