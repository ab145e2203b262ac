//! The words of every letter. Plain text, lines for a narrow screen, a link alone on its line, nothing secret but it.

use keyhaven_protocol::persona::ResetCode;
use keyhaven_storage::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::{clock::CivilTime, config::BaseUrl};

/// Subject and text.
pub(super) struct Words {
    pub(super) subject: &'static str,
    pub(super) body: Zeroizing<String>,
}

/// What stays as it is in a fragment: RFC 3986's unreserved characters.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The page that a reset link opens. The code stands in the fragment, which a browser sends to nobody.
fn reset_link(base: &BaseUrl, address: &str, code: &ResetCode) -> Zeroizing<String> {
    let email = utf8_percent_encode(address, KEPT);
    let code = Zeroizing::new(code.expose_text());
    Zeroizing::new(format!(
        "{}/password/reset.html#email={email}&reset_code={}",
        base.as_str(),
        code.as_str()
    ))
}

/// The letter with a reset link.
pub(super) fn reset(base: &BaseUrl, address: &str, code: &ResetCode, requested_at: Timestamp) -> Words {
    let link = reset_link(base, address, code);
    let when = CivilTime::of(requested_at).in_words();
    let body = format!(
        "Somebody, perhaps you, asked to set a new password for the\n\
         Keyhaven account {address}\n\
         on {when}.\n\
         \n\
         To set it, open this link within 30 minutes:\n\
         \n\
         {link}\n\
         \n\
         Nothing changes until you use the link and choose a password.\n\
         The link works once.\n\
         \n\
         A new password lets you sign in. If you have a recovery code, it\n\
         does not unlock your backup: for that you need the code or your\n\
         old password.\n\
         We never ask for your recovery code, neither by mail nor on the\n\
         page behind the link.\n\
         \n\
         If it was not you, do nothing: your password stays as it is.\n\
         If such mails keep coming, somebody knows your address and no more.\n",
        link = link.as_str(),
    );
    Words {
        subject: "Set a new password for your Keyhaven account",
        body: Zeroizing::new(body),
    }
}

/// The letter to the owner of an address that somebody signed up with.
pub(super) fn sign_up_attempt(base: &BaseUrl, address: &str, requested_at: Timestamp) -> Words {
    let when = CivilTime::of(requested_at).in_words();
    let body = format!(
        "Somebody, perhaps you, tried to create a Keyhaven account for\n\
         {address}\n\
         on {when}.\n\
         \n\
         You have an account already, and nothing was changed.\n\
         \n\
         If it was you: sign in as usual. If you forgot your password, ask\n\
         for a new one here:\n\
         \n\
         {base}/password/reset.html\n\
         \n\
         If it was not you, do nothing: nobody learned that you have an\n\
         account.\n",
        base = base.as_str(),
    );
    Words {
        subject: "You already have a Keyhaven account",
        body: Zeroizing::new(body),
    }
}

/// The letter after a password was set.
pub(super) fn password_changed(base: &BaseUrl, address: &str, changed_at: Timestamp) -> Words {
    let when = CivilTime::of(changed_at).in_words();
    let body = format!(
        "The password of the Keyhaven account\n\
         {address}\n\
         was changed on {when}.\n\
         Every device was signed out.\n\
         \n\
         If it was you, there is nothing to do.\n\
         \n\
         If it was not you: whoever did it can sign in. If you have a\n\
         recovery code, a password that was set by mail unlocks no backup\n\
         and can neither overwrite nor delete one. Set a password of your\n\
         own here, then unlock with your recovery code or your old password:\n\
         \n\
         {base}/password/reset.html\n\
         \n\
         We never ask for your recovery code by mail.\n",
        base = base.as_str(),
    );
    Words {
        subject: "The password of your Keyhaven account was changed",
        body: Zeroizing::new(body),
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::persona::ResetCodeKind;

    use super::*;

    fn base() -> BaseUrl {
        "https://keys.example.org".parse().unwrap()
    }

    #[test]
    fn the_link_stands_alone_and_hides_its_code_from_servers() {
        let code = ResetCode::new(ResetCodeKind::Derived, [7; 32]);
        let words = reset(&base(), "a+b&c@example.org", &code, Timestamp(1_795_264_496));
        let link = format!(
            "https://keys.example.org/password/reset.html#email=a%2Bb%26c%40example.org&reset_code={}",
            code.expose_text()
        );
        assert!(
            words.body.lines().any(|line| line == link),
            "{}",
            words.body.as_str()
        );
        assert!(words.body.contains("21 November 2026 at 12:34 UTC"));
        assert!(words.body.contains("30 minutes"));
        assert!(words.body.contains("never ask for your recovery code"));
    }

    #[test]
    fn only_the_reset_letter_holds_a_code() {
        let now = Timestamp(0);
        for words in [
            sign_up_attempt(&base(), "a@b.c", now),
            password_changed(&base(), "a@b.c", now),
        ] {
            assert!(!words.body.contains("reset_code"));
            assert!(
                words
                    .body
                    .contains("https://keys.example.org/password/reset.html\n")
            );
        }
    }

    #[test]
    fn lines_without_a_link_fit_a_narrow_screen() {
        let code = ResetCode::new(ResetCodeKind::Typed, [7; 32]);
        let words = reset(&base(), "a@b.c", &code, Timestamp(0));
        for line in words.body.lines().filter(|line| !line.starts_with("https://")) {
            assert!(line.chars().count() <= 72, "{line}");
        }
    }
}
