use super::{ADDRESS_MAX_BYTES, Address, AddressError, LOCAL_MAX_BYTES, tables};

/// Longest text that is looked at: normalising can shorten a text, but not from here to the bound of an address.
const TYPED_MAX_BYTES: usize = 1024;
/// Longest domain name and longest label of one in bytes (RFC 1035, 2.3.4), as they are written.
const DOMAIN_MAX_BYTES: usize = 253;
const LABEL_MAX_BYTES: usize = 63;
/// How a label begins that stands for one in another script (RFC 5890, 2.3.2.1).
const ACE_PREFIX: &str = "xn--";
/// What no domain has, beside space and controls (URL Standard, "forbidden domain code point").
const FORBIDDEN: &[u8] = b"%#/:<>?@[\\]^|";

/// What a person typed for an address: a text of the right shape, without white space around it. Its normal form is
/// known at once where it is [plain](Self::plain), and takes the tables of Unicode otherwise.
///
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedAddress {
    local: String,
    domain: String,
}

impl TypedAddress {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`AddressError`], as far as it shows without the normal form.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        if typed.len() > TYPED_MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AddressError::Empty);
        }
        if typed.chars().any(is_invisible) {
            return Err(AddressError::Invisible);
        }
        if typed.chars().any(is_meaningless) {
            return Err(AddressError::Meaningless);
        }
        let (local, domain) = typed.split_once('@').ok_or(AddressError::NoAt)?;
        if domain.contains('@') {
            return Err(AddressError::ManyAt);
        }
        Ok(Self {
            local: local.to_owned(),
            domain: domain.to_owned(),
        })
    }

    /// The text as typed, without the white space around it.
    #[must_use]
    pub fn as_typed(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// The address, where it is ASCII and has no label in the ASCII form of another script: its normal form is its
    /// lower case. `None` for every other one.
    ///
    /// # Errors
    /// [`AddressError`], the same one that [`Self::with_normal_form`] gives.
    #[must_use]
    pub fn plain(&self) -> Option<Result<Address, AddressError>> {
        if !self.local.is_ascii() || !self.domain.is_ascii() {
            return None;
        }
        let local = self.local.to_ascii_lowercase();
        let domain = self.named_domain().to_ascii_lowercase();
        if domain.split('.').any(|label| label.starts_with(ACE_PREFIX)) {
            return None;
        }
        Some(self.address(local, Some(domain).filter(|domain| is_plain_domain(domain))))
    }

    /// The normal form by the tables, for [`Self::with_normal_form`]: local part, `@`, and the domain, or nothing where
    /// the domain is no domain name.
    #[must_use]
    pub fn normal_form(&self) -> String {
        let local = tables::normalise_local(&self.local);
        let domain = tables::normalise_domain(self.named_domain()).unwrap_or_default();
        format!("{local}@{domain}")
    }

    /// The address, from what [`Self::normal_form`] answered for the same text, here or in another program of ours.
    ///
    /// # Errors
    /// [`AddressError`] says what to fix.
    pub fn with_normal_form(&self, form: &str) -> Result<Address, AddressError> {
        let (local, domain) = form.rsplit_once('@').unwrap_or((form, ""));
        let domain = Some(domain.to_owned()).filter(|domain| !domain.is_empty());
        self.address(local.to_owned(), domain)
    }

    /// The root dot names the same domain, so it must not make another address.
    fn named_domain(&self) -> &str {
        self.domain.strip_suffix('.').unwrap_or(&self.domain)
    }

    fn address(&self, local: String, domain: Option<String>) -> Result<Address, AddressError> {
        if local.is_empty() {
            return Err(AddressError::NoLocal);
        }
        if local.contains('@') || local.chars().any(is_invisible) {
            return Err(AddressError::Invisible);
        }
        if local.len() > LOCAL_MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        let domain = domain.ok_or(AddressError::Domain)?;
        let normalised = format!("{local}@{domain}");
        if normalised.len() > ADDRESS_MAX_BYTES {
            return Err(AddressError::TooLong);
        }
        Ok(Address {
            normalised,
            as_typed: self.as_typed(),
        })
    }
}

impl core::fmt::Debug for TypedAddress {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TypedAddress(redacted)")
    }
}

/// Whether lower-case ASCII without [`ACE_PREFIX`] is a domain name.
fn is_plain_domain(domain: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.len() <= LABEL_MAX_BYTES;
    domain.len() <= DOMAIN_MAX_BYTES
        && domain.split('.').all(is_label)
        && domain
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !FORBIDDEN.contains(&byte))
}

/// Characters that a person cannot see in a field: they would make two addresses that look alike.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The replacement characters, noncharacters, private use, and the planes from 4 on, which hold nothing that is
/// written: what no person types, and what a damaged text is full of. The same in every version of Unicode so far.
fn is_meaningless(character: char) -> bool {
    matches!(character, '\u{fffc}' | '\u{fffd}' | '\u{fdd0}'..='\u{fdef}' | '\u{e000}'..='\u{f8ff}')
        || character >= '\u{40000}'
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By the tables, whatever the text is.
    fn by_tables(typed: &TypedAddress) -> Result<Address, AddressError> {
        typed.with_normal_form(&typed.normal_form())
    }

    fn as_text(address: Result<Address, AddressError>) -> Result<(String, String), AddressError> {
        address.map(|address| (address.normalised().to_owned(), address.as_typed().to_owned()))
    }

    fn assert_plain_and_tables_agree(typed: &str) {
        let typed = TypedAddress::parse(typed).unwrap();
        if let Some(plain) = typed.plain() {
            assert_eq!(as_text(plain), as_text(by_tables(&typed)), "{}", typed.as_typed());
        }
    }

    #[test]
    fn only_ascii_without_an_encoded_label_is_plain() {
        let is_plain = |typed: &str| TypedAddress::parse(typed).unwrap().plain().is_some();
        for plain in [
            "Ada@Example.org.",
            "a!#$%@localhost",
            "a@",
            "@b",
            "a@b..c",
            "a@a.xn-b",
            "a@axn--b.c",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in [
            "\u{fc}@example.org",
            "a@b\u{fc}cher.example",
            "a@xn--bcher-kva.example",
            "a@mail.XN--bcher-kva",
            "a@\u{ff58}n--bcher-kva",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn every_ascii_character_of_a_domain_is_judged_as_by_the_tables() {
        for byte in 0x21..0x7f_u8 {
            let character = char::from(byte);
            if character != '@' {
                assert_plain_and_tables_agree(&format!("a@b{character}c"));
                assert_plain_and_tables_agree(&format!("a@{character}"));
                assert_plain_and_tables_agree(&format!("a{character}@b"));
            }
        }
    }

    #[test]
    fn every_length_of_a_domain_is_judged_as_by_the_tables() {
        for len in 0..=66 {
            assert_plain_and_tables_agree(&format!("a@{}", "b".repeat(len)));
            assert_plain_and_tables_agree(&format!("a@{}.c", "b".repeat(len)));
            assert_plain_and_tables_agree(&format!("{}@b", "a".repeat(len)));
        }
        let labels = ["b", "b", "b", "c"].map(|letter| letter.repeat(55)).join(".");
        for len in 0..=66 {
            assert_plain_and_tables_agree(&format!("a@{labels}.{}", "d".repeat(len)));
        }
    }

    #[test]
    fn debug_shows_no_address() {
        let typed = TypedAddress::parse("carol@example.org").unwrap();
        assert_eq!(format!("{typed:?}"), "TypedAddress(redacted)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8 * ProptestConfig::default().cases))]

        #[test]
        fn what_is_plain_is_so_by_the_tables_too(typed in "[!-?A-~]{0,66}@([!-?A-~]{0,64}|([a-zA-Z0-9_-]{0,12}\\.){0,4})") {
            assert_plain_and_tables_agree(&typed);
        }

        #[test]
        fn parsing_is_reading_by_the_tables(typed in "\\PC{0,12}@\\PC{0,12}(\\.[a-z]{2,3})?") {
            let read = TypedAddress::parse(&typed).and_then(|typed| by_tables(&typed));
            prop_assert_eq!(as_text(Address::parse(&typed)), as_text(read));
        }
    }
}
