//! Signing in and unlocking: two different things.

pub(crate) const PAGE: &str = "Personas";
pub(crate) const SIGN_IN_TITLE: &str = "Sign in";
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const FORGOT: &str = "I forgot my password";
pub(crate) const NO_ACCOUNT: &str = "Create an account";

pub(crate) const LOCKED_TITLE: &str = "You are in. Your backup is still locked.";
pub(crate) const LOCKED_LEAD: &str =
    "Your new password signs you in. To read your backup, open it with one of these:";
pub(crate) const LOCKED_LEAD_OTHER: &str =
    "Your password signs you in, and does not open your backup now. Open it with one of these:";
pub(crate) const BY_CODE: &str = "My recovery code";
pub(crate) const BY_CODE_HINT: &str = "36 characters, or thirteen words, that you saved when you signed up";
pub(crate) const BY_OLD: &str = "My old password";
pub(crate) const BY_OLD_HINT: &str = "The last one that opened your backup before this one";
pub(crate) const LATER: &str = "Later";
pub(crate) const LATER_HINT: &str = "It stays here as long as your account does";
pub(crate) const OLD_GONE: &str =
    "The old password cannot open it any more: it was set aside too long ago or there was none.";

pub(crate) const LOCKED_FROZEN_TITLE: &str = "This account is frozen, too.";
pub(crate) const LOCKED_FROZEN: &str = "A link in a letter, or the operator, froze it. Opening the backup here also lifts the freeze. If you do not want \
     that, choose “Later”.";

pub(crate) const CODE_TITLE: &str = "Open your backup with your recovery code";
pub(crate) const CODE_SUBMIT: &str = "Unlock my backup";
pub(crate) const OLD_TITLE: &str = "Open your backup with your old password";
pub(crate) const OLD_LABEL: &str = "Old password";
pub(crate) const OLD_HINT: &str = "The password you had before you followed the link in the mail.";
pub(crate) const OTHER_WAY: &str = "Open it another way";

pub(crate) const LATER_TITLE: &str = "Your backup stays locked, and safe.";
pub(crate) const LATER_BODY: &str = "We cannot open it for you: we never had the key. Keep the account; if a code turns up, even years later, it will still \
     work. Until then nothing in it can be changed or deleted, by you or by anyone who reads your mail.";
pub(crate) const TRY_AGAIN: &str = "Open it now";

pub(crate) const LATER_NOTE: &str = "Keep the account.";
pub(crate) const OLD_WRONG: &str = "This is not the last password that opened this backup. Nothing was changed. Check capital letters, or try your \
     recovery code.";
pub(crate) const OLD_DAMAGED: &str = "This is the right password, but the server’s record that it opens is damaged. Nothing was changed. Try your \
     recovery code.";
pub(crate) const NOT_YET_TITLE: &str = "Your backup is open, but not yet with your new password.";
pub(crate) const NOT_YET_LEAD: &str = "What you typed was right. One last step did not reach the server.";
pub(crate) const NOT_YET_RETRY: &str = "Try the last step again";

pub(crate) const LEFT_LOCKED: &str =
    "You are signed out. Your backup stays locked, and stays as long as your account does.";
pub(crate) const SIGNED_OUT: &str = "You are signed out.";
pub(crate) const TWO_CODES_OVER: &str = "Your session has ended before it was seen which of your two recovery codes opens your backup. Keep both. Sign in and check \
     one under “Do you still have your recovery code?”.";
pub(crate) const SESSION_OVER: &str =
    "Your session has ended. Sign in again to go on; what is stored is still there.";
