//! The pages behind the links of letters: what a click does, and what it did.

use keyhaven_client::persona::flows::letter::{EarlierClick, LetterAct, LetterDone, LetterPage};

pub(crate) const CONFIRM_PAGE: &str = "Confirm";
pub(crate) const FREEZE_PAGE: &str = "Freeze";
pub(crate) const TO_PERSONAS: &str = "Go on to sign in";
pub(crate) const TO_START: &str = "See the ways back in";
pub(crate) const NEVER_TITLE: &str = "This page asks for no password and no recovery code.";
pub(crate) const NEVER: &str = "If a page that a mail led you to does, leave it: it is not ours.";

/// Heading, what a click does, and the words on its button.
pub(crate) fn ask(act: LetterAct) -> (&'static str, &'static [&'static str], &'static str) {
    match act {
        LetterAct::ConfirmSignUp => (
            "Confirm your address?",
            &[
                "Somebody made a Keyhaven account with this address. Confirm it only if that was you: whoever made the account can sign in to it.",
                "If it was not you, close this page. The account is removed by itself after a week.",
            ],
            "Yes, I made this account",
        ),
        LetterAct::ConfirmChangeFrom => (
            "Give up this address for your account?",
            &[
                "Somebody who knows the password asked to move your Keyhaven account to another address. Confirm it only if that was you.",
                "The change also needs a click in the letter to the new address. Until both are done everything stays as it is.",
                "If it was not you, do not confirm. Change your password, or use the link in the letter that freezes the account.",
            ],
            "Yes, move my account",
        ),
        LetterAct::ConfirmChangeTo => (
            "Use this address for your account?",
            &[
                "Somebody asked to move a Keyhaven account to this address. Confirm it only if the account is yours.",
                "The change also needs a click in the letter to the old address. Until both are done everything stays as it is.",
            ],
            "Yes, this is my new address",
        ),
        LetterAct::Freeze => (
            "Freeze your account?",
            &[
                "Do this if the letter told you of something that was not you. At once everybody is signed out, links for new passwords stop working, and nothing can be changed or deleted. What is stored stays.",
                "You lift it later by signing in and opening your backup. Nobody can lift it by mail.",
                "If it was you, close this page: nothing happens without the button.",
            ],
            "This was not me: freeze it",
        ),
    }
}

/// Heading and what is so now.
pub(crate) fn done(done: LetterDone) -> (&'static str, &'static str) {
    match done {
        LetterDone::AccountConfirmed => (
            "Your address is confirmed.",
            "The account stays, and has all its room. If you are signed in on another page, go back to it.",
        ),
        LetterDone::AddressChangeWaits => (
            "This side is confirmed.",
            "Now open the letter to the other address and click there too. Until then everything stays as it is.",
        ),
        LetterDone::AddressChanged => (
            "Your account has its new address.",
            "Everybody was signed out. Sign in with the new address and the same password. Your recovery code goes on to work.",
        ),
        LetterDone::Frozen => (
            "Your account is frozen.",
            "Everybody was signed out, and nothing can be changed or deleted. When you are ready, sign in, open your backup, \
             lift the freeze and change your password.",
        ),
    }
}

/// What else to know after it is done.
pub(crate) fn done_hint(done: LetterDone) -> Option<&'static str> {
    match done {
        LetterDone::Frozen => Some(
            "If your password does not let you in any more, somebody changed it. Put your old one back, or set a new one with your \
             recovery code: both are on the page where you sign in, and need no mail.",
        ),
        LetterDone::AccountConfirmed | LetterDone::AddressChangeWaits | LetterDone::AddressChanged => None,
    }
}

pub(crate) const SPENT_TITLE: &str = "This link is not good any more.";

/// Why that may be, and what to do.
pub(crate) fn spent(page: LetterPage, earlier: EarlierClick) -> &'static [&'static str] {
    match (page, earlier) {
        (LetterPage::Freeze, EarlierClick::Unanswered) => &[
            "It works once. An earlier click got no answer and may have frozen the account: sign in to see.",
            "If the account is not frozen and something is wrong with it, change the password.",
        ],
        (LetterPage::Confirm, _) => &[
            "It works once. If you have clicked already, it is done: sign in and look.",
            "If not, the link may be too old or cut in two by the mail program. Sign in: the page offers to send the letter again.",
        ],
        (LetterPage::Freeze, EarlierClick::None) => &[
            "It works once, for 14 days, and not after somebody lifted the freeze. Nothing was changed by this click.",
            "If something is wrong with your account now, sign in and change the password. If your password does not let you in, \
             put the old one back or use your recovery code.",
        ],
    }
}
