//! Making an account and keeping its recovery code.

use zeroize::Zeroizing;

pub(crate) const TITLE: &str = "Create an account";
pub(crate) const LEAD: &str = "Your password signs you in and opens your backup. We never see it.";
pub(crate) const SUBMIT: &str = "Create my account";
pub(crate) const HAVE_ONE: &str = "I have an account: sign in";
pub(crate) const STEPS: [&str; 3] = ["Account", "Recovery code", "Check"];

pub(crate) const CODE_TITLE: &str = "Save your recovery code";
pub(crate) const CODE_LEAD: &str = "It opens your backup when you forget your password. It is shown this one time; we do not have it and cannot send it \
     again.";
pub(crate) const RESUMED_TITLE: &str = "Your sign-up was interrupted.";
pub(crate) const RESUMED: &str = "This is a new recovery code, and nothing is stored in this account. If you saved a code before, keep it until you have stored and restored something with this one.";
pub(crate) const REPLACED_TITLE: &str = "This code replaces the one you have.";
pub(crate) const REPLACED: &str = "As soon as you have confirmed it, the old one opens nothing.";
pub(crate) const TWO_CODES_TITLE: &str = "Keep both codes for now.";
pub(crate) const TWO_CODES: &str = "This one was sent, and it was not seen whether it arrived. Go back to see which one opens your backup, or confirm this one \
     again.";
pub(crate) const COPY: &str = "Copy the code";
pub(crate) const SAVE: &str = "Save as a file";
pub(crate) const PRINT: &str = "Print the kit";
pub(crate) const SCAN: &str = "Scan it with a telephone";
pub(crate) const SCAN_HINT: &str = "The square holds the code and nothing else. Scan it with an app that you trust to keep it, such as a password manager.";
pub(crate) const WORDS: &str = "Show it as words";
pub(crate) const NEVER_TITLE: &str = "Treat it like cash.";
pub(crate) const NEVER: &str = "Who has it and knows your address can set a new password and open your backup. Nobody will ever ask you for it by mail, chat or telephone.";
pub(crate) const SAVED_NEXT: &str = "I have saved it";

pub(crate) const CONFIRM_TITLE: &str = "Check that you can read it back";
pub(crate) const CONFIRM_SUBMIT: &str = "Confirm my code";
pub(crate) const CONFIRM_WRONG: &str = "This is not what the code has in this group. Look at what you saved.";
pub(crate) const CONFIRM_BACK: &str = "Show the code again";
pub(crate) const CODE_FILE_NAME: &str = "keyhaven-recovery-code.txt";

pub(crate) fn confirm_lead(first: usize, second: usize) -> String {
    format!(
        "Take what you saved: the paper, the file, the password manager. Type groups {first} and {second} of it."
    )
}

/// The text of the saved file.
pub(crate) fn code_file(
    address: &str,
    code: &str,
    words: &str,
    place: &str,
    date: &str,
) -> Zeroizing<String> {
    // Put together at once, so that growing leaves no copy of the code behind.
    let parts = [
        "Keyhaven recovery code\n\nOpens: the backup of ",
        address,
        "\nMade on: ",
        date,
        "\nWhere to type it: ",
        place,
        "\n\n",
        code,
        "\n\nThe same as words:\n",
        words,
        "\n\nKeep this file where only you can read it. Nobody will ever ask you for this code.\n",
    ];
    Zeroizing::new(parts.concat())
}
