//! JSON (RFC 8259) where it lies: a reader that borrows from its input and allocates nothing.
//!
//! Sessions come by the hundred thousand and are small, so that a tree of values for each would cost more than all the
//! rest; and what a program links for such trees is larger than these formats. Depth and length are bounded by whoever
//! hands the input over and by [`DEPTH_MAX`].

mod text;

pub(super) use text::{Text, write_escaped};

/// Objects and lists within each other.
pub(super) const DEPTH_MAX: usize = 16;

/// Why a text is not the JSON that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// It ends within a value.
    #[error("the JSON is cut off")]
    Incomplete,
    /// It is not JSON, nests too deep, or has a field twice.
    #[error("this is not JSON")]
    Malformed,
    /// Another type of value than the field has.
    #[error("a value has another type")]
    Type,
}

/// What kind of value begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    List,
    Text,
    Number,
    Bool,
    Null,
}

/// Reads values from the front of its input.
#[derive(Debug, Clone)]
pub(super) struct Reader<'json> {
    rest: &'json [u8],
}

impl<'json> Reader<'json> {
    pub(super) const fn new(json: &'json [u8]) -> Self {
        Self { rest: json }
    }

    /// What was not read yet.
    pub(super) const fn rest(&self) -> &'json [u8] {
        self.rest
    }

    /// Nothing may follow but white space.
    pub(super) fn end(mut self) -> Result<(), JsonError> {
        self.skip_space();
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(JsonError::Malformed)
        }
    }

    /// What begins here.
    pub(super) fn kind(&mut self) -> Result<Kind, JsonError> {
        self.skip_space();
        match self.rest.first() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'"') => Ok(Kind::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(_) => Err(JsonError::Malformed),
            None => Err(JsonError::Incomplete),
        }
    }

    /// An object: `field` reads the value of each name.
    pub(super) fn object(
        &mut self,
        field: &mut dyn FnMut(Text<'json>, &mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.expect_kind(Kind::Object)?;
        self.members(b'}', &mut |json| {
            let name = json.text()?;
            json.skip_space();
            json.take(b':')?;
            field(name, json)
        })
    }

    /// A list: `element` reads each value.
    pub(super) fn list(
        &mut self,
        element: &mut dyn FnMut(&mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.expect_kind(Kind::List)?;
        self.members(b']', element)
    }

    /// A string.
    pub(super) fn text(&mut self) -> Result<Text<'json>, JsonError> {
        self.expect_kind(Kind::Text)?;
        self.advance(1);
        let (text, len) = Text::read(self.rest)?;
        self.advance(len);
        Ok(text)
    }

    /// `true` or `false`.
    pub(super) fn bool(&mut self) -> Result<bool, JsonError> {
        self.expect_kind(Kind::Bool)?;
        if self.rest.first() == Some(&b't') {
            self.word(b"true").map(|()| true)
        } else {
            self.word(b"false").map(|()| false)
        }
    }

    /// A whole number from 0 to 2^32 - 1.
    pub(super) fn u32(&mut self) -> Result<u32, JsonError> {
        self.expect_kind(Kind::Number)?;
        let digits = self.number()?;
        core::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .ok_or(JsonError::Type)
    }

    /// `null` is passed over: `true` if there was one.
    pub(super) fn null(&mut self) -> Result<bool, JsonError> {
        let is_null = self.kind()? == Kind::Null;
        if is_null {
            self.word(b"null")?;
        }
        Ok(is_null)
    }

    /// The bytes of a number as it is written.
    pub(super) fn number(&mut self) -> Result<&'json [u8], JsonError> {
        self.expect_kind(Kind::Number)?;
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let len = self.rest.iter().take_while(|byte| is_part(byte)).count();
        if len == self.rest.len() {
            // More digits may follow.
            return Err(JsonError::Incomplete);
        }
        let number = self.rest.get(..len).unwrap_or_default();
        if !is_number(number) {
            return Err(JsonError::Malformed);
        }
        self.advance(len);
        Ok(number)
    }

    /// Passes over any value within so many others.
    pub(super) fn skip(&mut self, depth: usize) -> Result<(), JsonError> {
        if depth > DEPTH_MAX {
            return Err(JsonError::Malformed);
        }
        match self.kind()? {
            Kind::Object => self.object(&mut |_, json| json.skip(depth + 1)),
            Kind::List => self.list(&mut |json| json.skip(depth + 1)),
            Kind::Text => self.text().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::Bool => self.bool().map(drop),
            Kind::Null => self.null().map(drop),
        }
    }

    pub(super) fn skip_space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', behind @ ..] = self.rest {
            self.rest = behind;
        }
    }

    /// The values between brackets, of which the first one is next.
    fn members(
        &mut self,
        end: u8,
        member: &mut dyn FnMut(&mut Self) -> Result<(), JsonError>,
    ) -> Result<(), JsonError> {
        self.advance(1);
        self.skip_space();
        if self.rest.first() == Some(&end) {
            self.advance(1);
            return Ok(());
        }
        loop {
            member(self)?;
            self.skip_space();
            match self.rest.first() {
                Some(b',') => self.advance(1),
                Some(byte) if *byte == end => {
                    self.advance(1);
                    return Ok(());
                }
                Some(_) => return Err(JsonError::Malformed),
                None => return Err(JsonError::Incomplete),
            }
        }
    }

    fn expect_kind(&mut self, expected: Kind) -> Result<(), JsonError> {
        if self.kind()? == expected {
            Ok(())
        } else {
            Err(JsonError::Type)
        }
    }

    fn take(&mut self, expected: u8) -> Result<(), JsonError> {
        match self.rest.split_first() {
            Some((byte, behind)) if *byte == expected => {
                self.rest = behind;
                Ok(())
            }
            Some(_) => Err(JsonError::Malformed),
            None => Err(JsonError::Incomplete),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), JsonError> {
        if let Some(behind) = self.rest.strip_prefix(word) {
            self.rest = behind;
            Ok(())
        } else if word.starts_with(self.rest) {
            Err(JsonError::Incomplete)
        } else {
            Err(JsonError::Malformed)
        }
    }

    fn advance(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
    }
}

/// Sign, whole part without leading zeros, fraction, exponent.
fn is_number(text: &[u8]) -> bool {
    let (whole, mut rest) = digits(text.strip_prefix(b"-").unwrap_or(text));
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with(b"0")) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let (fraction, behind) = digits(fraction);
        if fraction.is_empty() {
            return false;
        }
        rest = behind;
    }
    if let [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] = rest {
        let (exponent, behind) = digits(exponent);
        return !exponent.is_empty() && behind.is_empty();
    }
    rest.is_empty()
}

/// The digits that a text begins with, and what is behind them.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at_checked(len).unwrap_or((text, &[]))
}

#[cfg(test)]
mod tests;
