//! What of an address takes the tables of Unicode.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::normal_form::nfc;

/// Lower case can decompose (U+0130) and composing can change case mappings, so both are repeated until nothing moves.
pub(super) fn normalise_local(local: &str) -> String {
    let mut current: String = nfc(local).collect();
    for _ in 0..4 {
        let next: String = nfc(&current.to_lowercase()).collect();
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// The domain in its ASCII form ([UTS 46](https://www.unicode.org/reports/tr46/)); `None` for what is no domain name.
pub(super) fn normalise_domain(domain: &str) -> Option<String> {
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::URL,
            Hyphens::Allow,
            DnsLength::Verify,
        )
        .map(std::borrow::Cow::into_owned)
        .ok()
}
