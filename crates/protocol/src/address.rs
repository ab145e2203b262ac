//! E-mail addresses: one normal form on every route and on both sides.
//!
//! Trim, Unicode NFC, lower case, and the domain in its ASCII form (UTS 46). The local part keeps every character that
//! can be seen and stands for something: what a mail server makes of them is its own affair.

use core::{
    fmt,
    hash::{Hash, Hasher},
};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::normal_form::nfc;

/// Longest normalised address in bytes (RFC 5321, 4.5.3.1.3, without the angle brackets).
pub const ADDRESS_MAX_BYTES: usize = 254;
/// Longest local part of a normalised address in bytes (RFC 5321, 4.5.3.1.1).
pub const LOCAL_MAX_BYTES: usize = 64;
/// Longest text that is looked at: normalising can shorten a text, but not from here to the bound above.
const TYPED_MAX_BYTES: usize = 1024;

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing but white space.
    #[error("the address is empty")]
    Empty,
    /// No `@` at all.
    #[error("the address has no @")]
    NoAt,
    /// More than one `@`.
    #[error("the address has more than one @")]
    ManyAt,
    /// Nothing before the `@`.
    #[error("nothing stands before the @")]
    NoLocal,
    /// Nothing after the `@`, or something that is not a domain name.
    #[error("what follows the @ is not a domain name")]
    Domain,
    /// A space, a control or an invisible character inside.
    #[error("the address has a space or an invisible character inside")]
    Invisible,
    /// A character that stands for nothing: what is left of a text that was damaged on its way, or is no text.
    #[error("the address has a character that stands for nothing")]
    Meaningless,
    /// Longer than [`ADDRESS_MAX_BYTES`], or before the `@` longer than [`LOCAL_MAX_BYTES`].
    #[error("the address is too long")]
    TooLong,
}

/// An address in its normal form, with the text as typed beside it for display.
///
/// Equality, order and hash are those of the normal form. `Debug` shows neither.
#[derive(Clone)]
pub struct Address {
    normalised: String,
    as_typed: String,
}

impl Address {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`AddressError`] says what to fix.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        if typed.len() > TYPED_MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        let as_typed = typed.trim();
        if as_typed.is_empty() {
            return Err(AddressError::Empty);
        }
        if as_typed.chars().any(is_invisible) {
            return Err(AddressError::Invisible);
        }
        if as_typed.chars().any(is_meaningless) {
            return Err(AddressError::Meaningless);
        }
        let (local, domain) = as_typed.split_once('@').ok_or(AddressError::NoAt)?;
        if domain.contains('@') {
            return Err(AddressError::ManyAt);
        }
        let local = normalise_local(local)?;
        let domain = normalise_domain(domain)?;
        let normalised = format!("{local}@{domain}");
        if normalised.len() > ADDRESS_MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        Ok(Self {
            normalised,
            as_typed: as_typed.to_owned(),
        })
    }

    /// The form that is compared, derived from and stored by.
    #[must_use]
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// The text as typed, without the white space around it: for display and for mail headers.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.as_typed
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.normalised == other.normalised
    }
}

impl Eq for Address {}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.normalised.cmp(&other.normalised)
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalised.hash(state);
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(redacted)")
    }
}

impl core::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

/// Lower case can decompose (U+0130) and composing can change case mappings, so both are repeated until nothing moves.
fn normalise_local(local: &str) -> Result<String, AddressError> {
    let mut current: String = nfc(local).collect();
    for _ in 0..4 {
        let next: String = nfc(&current.to_lowercase()).collect();
        if next == current {
            break;
        }
        current = next;
    }
    if current.is_empty() {
        return Err(AddressError::NoLocal);
    }
    if current.contains('@') || current.chars().any(is_invisible) {
        return Err(AddressError::Invisible);
    }
    if current.len() > LOCAL_MAX_BYTES {
        return Err(AddressError::TooLong);
    }
    Ok(current)
}

fn normalise_domain(domain: &str) -> Result<String, AddressError> {
    // The root dot names the same domain, so it must not make another address.
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::URL,
            Hyphens::Allow,
            DnsLength::Verify,
        )
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| AddressError::Domain)
}

/// Characters that a person cannot see in a field: they would make two addresses that look alike.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The replacement characters, noncharacters, private use, and the planes from 4 on, which hold nothing that is written:
/// what no person types, and what a damaged text is full of. The same in every version of Unicode so far.
fn is_meaningless(character: char) -> bool {
    matches!(character, '\u{fffc}' | '\u{fffd}' | '\u{fdd0}'..='\u{fdef}' | '\u{e000}'..='\u{f8ff}')
        || character >= '\u{40000}'
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normalised(typed: &str) -> Result<String, AddressError> {
        Address::parse(typed).map(|address| address.normalised().to_owned())
    }

    #[test]
    fn case_and_outer_space_do_not_matter() {
        let plain = Address::parse("carol@example.org").unwrap();
        for typed in [
            "Carol@Example.org",
            " carol@example.org\n",
            "CAROL@EXAMPLE.ORG",
            "carol@example.org.",
        ] {
            assert_eq!(Address::parse(typed).unwrap(), plain, "{typed:?}");
        }
        assert_eq!(
            Address::parse(" Carol@Example.org ").unwrap().as_typed(),
            "Carol@Example.org"
        );
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_address() {
        assert_eq!(
            normalised("Jose\u{301}@example.org"),
            normalised("jos\u{e9}@example.org")
        );
    }

    #[test]
    fn a_domain_has_one_form_in_every_script() {
        assert_eq!(normalised("a@Bücher.example").unwrap(), "a@xn--bcher-kva.example");
        assert_eq!(
            normalised("a@XN--BCHER-KVA.example").unwrap(),
            "a@xn--bcher-kva.example"
        );
        assert_eq!(normalised("a@例え。テスト").unwrap(), "a@xn--r8jz45g.xn--zckzah");
    }

    #[test]
    fn unusual_local_parts_are_kept() {
        for typed in [
            "a+b@example.org",
            "o'hara@example.org",
            "/x=y/@example.org",
            "a..b@localhost",
            "δοκιμή@example.org",
            "\u{1f511}@example.org",
            "\u{30000}@example.org",
        ] {
            assert_eq!(normalised(typed).unwrap(), typed);
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused_by_name() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long = format!(
            "a@{}.org",
            ["b".repeat(63), "c".repeat(63), "d".repeat(63), "e".repeat(60)].join(".")
        );
        for (typed, error) in [
            ("", AddressError::Empty),
            (" \t", AddressError::Empty),
            ("no at sign", AddressError::Invisible),
            ("noat", AddressError::NoAt),
            ("a@b@c", AddressError::ManyAt),
            ("@example.org", AddressError::NoLocal),
            ("a@", AddressError::Domain),
            ("a@.", AddressError::Domain),
            ("a@exa mple.org", AddressError::Invisible),
            ("a@exa/mple.org", AddressError::Domain),
            ("a@example..org", AddressError::Domain),
            ("a\r\nBcc: b@example.org", AddressError::Invisible),
            ("a\u{200b}@example.org", AddressError::Invisible),
            ("a\u{fffd}@example.org", AddressError::Meaningless),
            ("a@ex\u{fffd}mple.org", AddressError::Meaningless),
            ("a\u{fdd0}@example.org", AddressError::Meaningless),
            ("a\u{2fffe}@example.org", AddressError::Meaningless),
            ("a\u{e000}@example.org", AddressError::Meaningless),
            ("a\u{40000}@example.org", AddressError::Meaningless),
            ("a\u{10ffff}@example.org", AddressError::Meaningless),
            (&long_local, AddressError::TooLong),
            (&long, AddressError::Domain),
            (&"a".repeat(1025), AddressError::TooLong),
        ] {
            assert_eq!(normalised(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn debug_shows_no_address() {
        assert_eq!(
            format!("{:?}", Address::parse("carol@example.org").unwrap()),
            "Address(redacted)"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8 * ProptestConfig::default().cases))]

        #[test]
        fn normalising_twice_changes_nothing(typed in "\\PC{1,12}@\\PC{1,12}(\\.[a-z]{2,3})?") {
            if let Ok(address) = Address::parse(&typed) {
                let again = Address::parse(address.normalised());
                prop_assert_eq!(again.as_ref().map(Address::normalised), Ok(address.normalised()));
                prop_assert!(address.normalised().len() <= ADDRESS_MAX_BYTES);
            }
        }

        #[test]
        fn no_text_panics(typed in any::<String>()) {
            let _ = Address::parse(&typed);
        }
    }
}
