//! What a mailed link carries. New mails have it in the fragment, which no server or log ever sees; mails of the
//! original wire have it in the query. Both of its spellings for the code are read.

use web_sys::UrlSearchParams;
use zeroize::Zeroizing;

use crate::handover::Handover;

/// Address and code of a link, not parsed yet.
pub(crate) struct ResetLink {
    /// As it stands in the link.
    pub(crate) email: Zeroizing<String>,
    /// As it stands in the link.
    pub(crate) code: Zeroizing<String>,
}

/// Reads what the starter took out of the address bar; `None` if that holds neither address nor code.
pub(crate) fn read(handover: &Handover) -> Option<ResetLink> {
    let fragment = handover.fragment.trim_start_matches('#');
    find(fragment).or_else(|| find(handover.query.trim_start_matches('?')))
}

/// The code of a letter that confirms or freezes: in the fragment, and nowhere else.
pub(crate) fn code(handover: &Handover) -> Option<Zeroizing<String>> {
    let fragment = handover.fragment.trim_start_matches('#');
    let parameters = UrlSearchParams::new_with_str(fragment).ok()?;
    parameters.get("code").map(Zeroizing::new)
}

fn find(text: &str) -> Option<ResetLink> {
    let parameters = UrlSearchParams::new_with_str(text).ok()?;
    let email = parameters.get("email").map(Zeroizing::new);
    let code = parameters
        .get("reset_code")
        .or_else(|| parameters.get("code"))
        .map(Zeroizing::new);
    match (email, code) {
        (None, None) => None,
        (email, code) => Some(ResetLink {
            email: email.unwrap_or_default(),
            code: code.unwrap_or_default(),
        }),
    }
}
