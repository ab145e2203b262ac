//! Ways back in past a password that is forgotten, or that somebody else set.

pub(crate) const OTHER_WAYS: &str = "Other ways in";
pub(crate) const RECOVER: &str = "I have my recovery code";
pub(crate) const RECOVER_HINT: &str =
    "Choose a new password with it. Needs no e-mail, and opens your backup too";
pub(crate) const OLD_PASSWORD: &str = "Somebody changed my password";
pub(crate) const OLD_PASSWORD_HINT: &str = "Put the one that you know back in force, for 14 days or more";
pub(crate) const BACK: &str = "Sign in";

pub(crate) const RECOVER_TITLE: &str = "Choose a new password with your recovery code";
pub(crate) const RECOVER_LEAD: &str = "The code opens your backup on this device. It is sent nowhere.";
pub(crate) const RECOVER_SUBMIT: &str = "Set the password and open my backup";
pub(crate) const RECOVER_NOTE: &str =
    "Everybody else is signed out, and a freeze, a dispute or a deletion ends.";
pub(crate) const RECOVER_OTHER: &str = "This code is complete and well-formed, but it is not the code of an account of this address. Check the address.";
pub(crate) const RECOVER_DAMAGED: &str = "This is the right code, but the server’s record that it opens is damaged. Nothing was changed. Tell whoever \
     runs this site.";

pub(crate) const OLD_TITLE: &str = "Put your old password back";
pub(crate) const OLD_LEAD: &str = "If somebody else changed your password, the last one that opened your backup is kept for 14 days or more.";
pub(crate) const OLD_LABEL: &str = "Your old password";
pub(crate) const OLD_HINT: &str = "The last one that opened your backup.";
pub(crate) const OLD_NOTE: &str = "Everybody else is signed out. Until your recovery code decides, or 14 days have passed, everything can be restored and \
     nothing can be changed.";
pub(crate) const OLD_SUBMIT: &str = "Put my old password back";
