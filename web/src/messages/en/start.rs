//! The start page. The static HTML says the same until the app has started; a test holds the two equal.

pub(crate) const PAGE: &str = "";
pub(crate) const TITLE: &str = "Get your messages and keys back.";
pub(crate) const LEAD: &str = "Keyhaven keeps an encrypted copy of your personas: the keys and settings behind your messages. Only you can open \
     it. The server that stores it cannot.";
pub(crate) const QUESTION: &str = "What do you still have?";
pub(crate) const SIGNS_IN: &str = "lets you sign in";
pub(crate) const OPENS: &str = "opens your backup";
pub(crate) const OPENS_NOT: &str = "does not open your backup";
pub(crate) const SIGNS_IN_NOT: &str = "does not sign you in";

pub(crate) const PASSWORD: &str = "My password";
pub(crate) const PASSWORD_HINT: &str = "Sign in and get everything back.";
pub(crate) const CODE: &str = "A recovery code";
pub(crate) const CODE_HINT: &str =
    "36 characters or thirteen words. With your address it sets a new password, without e-mail.";
pub(crate) const MAIL: &str = "Access to my e-mail";
pub(crate) const MAIL_HINT: &str = "Get a link to choose a new password.";

pub(crate) const OLD: &str = "My old password, and somebody changed it";
pub(crate) const OLD_HINT: &str = "Put it back in force, for 14 days or more.";

pub(crate) const KEY_FILE: &str = "A key file";
pub(crate) const KEY_FILE_HINT: &str = "Message keys that your messenger exported. Look inside and put files together: here, without an account.";
pub(crate) const READS: &str = "lets you read messages again";

pub(crate) const NOTHING: &str = "None of these";
pub(crate) const NOTHING_BODY: &str = "Without your password, your recovery code or your e-mail, nobody can let you in, and nobody can open your backup: \
     the keys were never on the server. Keep looking. The code may be on paper with your documents, in a file named \
     “keyhaven-recovery-code”, or in a password manager. It still works years later.";
pub(crate) const NOTHING_MAIL: &str = "If you only lost access to your e-mail, ask your mail provider to restore it. Then use “Access to my e-mail”.";

pub(crate) const NEW_HERE: &str = "New here?";
pub(crate) const NEW_HERE_BODY: &str =
    "Make an account to store your first persona. It takes about two minutes and needs no phone number.";
pub(crate) const CREATE: &str = "Create an account";
pub(crate) const KIT: &str = "Print an emergency kit from a code you have";

#[cfg(test)]
mod tests {
    /// What a person reads before the program has started, without markup and line breaks.
    fn static_words() -> String {
        let html = include_str!("../../../../index.html");
        let mut words = String::new();
        let mut inside_tag = false;
        for character in html.chars() {
            match character {
                '<' => inside_tag = true,
                '>' => {
                    inside_tag = false;
                    words.push(' ');
                }
                character if !inside_tag => words.push(character),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_static_page_says_the_same() {
        let words = static_words();
        for text in [
            super::TITLE,
            super::LEAD,
            super::QUESTION,
            super::PASSWORD,
            super::CODE,
            super::MAIL,
            super::KEY_FILE,
        ] {
            assert!(words.contains(text), "index.html does not say: {text}");
        }
    }
}
