//! Lists of what became of each item.

pub(crate) const SAVE_LIST: &str = "Save this list";
pub(crate) const LIST_FILE_NAME: &str = "keyhaven-result.txt";

pub(crate) fn all(number: usize) -> String {
    format!("All ({number})")
}

pub(crate) fn problems(number: usize) -> String {
    format!("To look at ({number})")
}
