//! Fields, buttons and dialogs that several pages share.

use crate::components::Strength;

pub(crate) const ERROR_PREFIX: &str = "Error: ";
pub(crate) const SHOW: &str = "Show";
pub(crate) const HIDE: &str = "Hide";
pub(crate) const COPIED: &str = "Copied";
pub(crate) const COPY_REFUSED: &str = "Not copied: your browser refused";
pub(crate) const KEEP: &str = "Cancel";
pub(crate) const STEP_DONE: &str = "(done)";
pub(crate) const ADDRESS: &str = "E-mail address";
pub(crate) const PASSWORD: &str = "Password";
pub(crate) const NEW_PASSWORD: &str = "New password";
pub(crate) const REPEAT_PASSWORD: &str = "New password again";
pub(crate) const PASSWORD_HINT: &str =
    "At least 10 characters. Four or five unrelated words are easy to remember and hard to guess.";
pub(crate) const CODE_LABEL: &str = "Recovery code";
pub(crate) const CODE_HINT: &str = "36 characters that you saved when you signed up, in nine groups. You can paste it into any group; capitals, \
     spaces and dashes make no difference. Nobody will ever ask you for it by mail or telephone.";
pub(crate) const OTHER_FORM: &str = "I have it as words, or in a text to paste";
pub(crate) const WHOLE_LABEL: &str = "The words, or any text that has the code in it";

pub(crate) const ADDRESS_MISSING: &str = "Type the e-mail address of your account.";
pub(crate) const ADDRESS_INVALID: &str = "This is not an e-mail address. Example: ada@example.org";
pub(crate) const ADDRESS_MANY_AT: &str = "There are two @ in it. Type one address.";
pub(crate) const ADDRESS_INVISIBLE: &str =
    "There is a space or a character in it that cannot be seen. Delete it all and type it anew.";
pub(crate) const ADDRESS_LONG: &str = "Too long for an e-mail address.";
pub(crate) const PASSWORD_MISSING: &str = "Type your password.";
pub(crate) const NEW_PASSWORD_MISSING: &str = "Choose a password.";
pub(crate) const PASSWORD_SHORT: &str = "Too short: use at least 10 characters.";
pub(crate) const PASSWORD_WEAK: &str = "Too easy to guess. Add another word or two.";
pub(crate) const PASSWORD_LONG: &str = "Too long: use a shorter one.";
pub(crate) const PASSWORDS_DIFFER: &str = "The two passwords are not the same. Show them to compare.";
pub(crate) const NOT_READ: &str =
    "This page could not read it: a part of the page did not answer. Reload the page and type it again.";
pub(crate) const CODE_MISSING: &str = "Type your recovery code.";

pub(crate) fn group(number: usize) -> String {
    format!("Group {number}")
}

pub(crate) fn show_secret(label: &str) -> String {
    format!("Show: {label}")
}

pub(crate) fn hide_secret(label: &str) -> String {
    format!("Hide: {label}")
}

pub(crate) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Empty => "",
        Strength::Weak => "Weak: guessed in minutes.",
        Strength::Fair => "Fair: another word makes it good.",
        Strength::Good => "Good.",
        Strength::Strong => "Strong.",
    }
}
