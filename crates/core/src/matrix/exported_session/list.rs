//! A list of sessions, read in pieces.

use core::mem;

use zeroize::Zeroizing;

use super::{
    ELEMENT_MAX_BYTES, Fields, SkipReason, Skipped, UncheckedBatch, collect,
    element::{self, Scratch},
    skipping::{Found, Skipping},
};
use crate::matrix::json::JsonError;
use crate::wiping;

/// The text is not a list, so there are no sessions in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a list of sessions")]
pub struct NotSessionsError;

/// Whether more text may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// It may.
    MayGoOn,
    /// It may not.
    Over,
}

/// Reads a list of sessions in pieces of any size. It holds what is left of the last piece, and one session.
#[derive(Debug)]
pub struct SessionReader {
    text: Zeroizing<Vec<u8>>,
    /// What of `text` was read.
    at: usize,
    state: State,
    /// Of the next element.
    index: u64,
    /// So much of it was there when it was last found to be incomplete.
    tried: usize,
    scratch: Scratch,
}

#[derive(Debug)]
enum State {
    /// Before the opening bracket.
    Before,
    /// Between elements.
    Between,
    /// Within one that is left out.
    Within(Skipping, Box<Skipped>),
    /// Behind the closing bracket.
    Behind,
    /// Nothing more is to be told.
    Told,
}

impl Default for SessionReader {
    fn default() -> Self {
        Self::new()
    }
}

impl SessionReader {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self::over(Zeroizing::new(Vec::new()))
    }

    /// Of a text that is there as a whole.
    #[must_use]
    pub fn over(text: Zeroizing<Vec<u8>>) -> Self {
        Self {
            text,
            at: 0,
            state: State::Before,
            index: 0,
            tried: 0,
            scratch: Scratch::default(),
        }
    }

    /// Takes the next piece of the list.
    pub fn push(&mut self, piece: &[u8]) {
        let mut next = mem::take(&mut self.text);
        // What was read is overwritten by what was not.
        let read = mem::take(&mut self.at).min(next.len());
        next.drain(..read);
        wiping::append(&mut next, piece);
        self.text = next;
    }

    /// The next sessions, at most so many, good and bad ones together. `None` if there are no more: for now, or for good
    /// if the input is over.
    ///
    /// # Errors
    /// [`NotSessionsError`] if the text does not begin as a list.
    pub fn next_batch(
        &mut self,
        most: usize,
        input: Input,
    ) -> Result<Option<UncheckedBatch>, NotSessionsError> {
        if !self.begin(input)? {
            return Ok(None);
        }
        let text = mem::take(&mut self.text);
        let mut batch = UncheckedBatch::with_capacity(most, text.len() - self.at);
        while batch.len() < most && self.read_one(&text, input, &mut batch) {}
        self.text = text;
        Ok((batch.len() > 0).then_some(batch))
    }

    /// Looks for the opening bracket; `false` if it may still come.
    ///
    /// # Errors
    /// [`NotSessionsError`] if the text does not begin as a list.
    pub fn begin(&mut self, input: Input) -> Result<bool, NotSessionsError> {
        if !matches!(self.state, State::Before) {
            return Ok(true);
        }
        let space = count_space(&self.text);
        match self.text.get(space) {
            Some(b'[') => {
                self.at = space + 1;
                self.state = State::Between;
                Ok(true)
            }
            None if input == Input::MayGoOn => Ok(false),
            _ => Err(NotSessionsError),
        }
    }

    /// Reads or leaves out one element; `false` if there is none, or not yet all of it.
    fn read_one(&mut self, text: &[u8], input: Input, batch: &mut UncheckedBatch) -> bool {
        match mem::replace(&mut self.state, State::Told) {
            State::Within(skipping, skipped) => self.go_on_skipping(text, input, skipping, skipped, batch),
            State::Between => self.read_between(text, input, batch),
            State::Behind => {
                self.at += count_space(text.get(self.at..).unwrap_or_default());
                if self.at < text.len() {
                    batch.skip(self.named(&Fields::default(), SkipReason::BehindTheList));
                    return true;
                }
                self.state = State::Behind;
                false
            }
            told => {
                self.state = told;
                false
            }
        }
    }

    /// Commas are not counted: one too many or too few spoils nothing.
    fn read_between(&mut self, text: &[u8], input: Input, batch: &mut UncheckedBatch) -> bool {
        let rest = text.get(self.at..).unwrap_or_default();
        let between = rest
            .iter()
            .take_while(|byte| is_space(**byte) || **byte == b',')
            .count();
        self.at += between;
        let rest = rest.get(between..).unwrap_or_default();
        match rest.first() {
            None if input == Input::Over => {
                batch.skip(self.named(&Fields::default(), SkipReason::CutOff));
                true
            }
            None => {
                self.state = State::Between;
                false
            }
            Some(b']') => {
                self.at += 1;
                self.state = State::Behind;
                self.read_one(text, input, batch)
            }
            Some(_) => self.read_element(text, rest, input, batch),
        }
    }

    fn read_element(&mut self, text: &[u8], rest: &[u8], input: Input, batch: &mut UncheckedBatch) -> bool {
        // Read again when there is twice as much: who pushes byte by byte must not make it quadratic.
        let is_worth_it = rest.len() >= 2 * self.tried || rest.len() > ELEMENT_MAX_BYTES;
        if input == Input::MayGoOn && !is_worth_it {
            self.state = State::Between;
            return false;
        }
        self.tried = 0;
        let mut fields = Fields::default();
        let bounded = rest.get(..ELEMENT_MAX_BYTES).unwrap_or(rest);
        let reason = match collect(bounded, &mut fields) {
            Ok(len) => {
                self.at += len;
                self.state = State::Between;
                match element::read(&fields, &mut self.scratch) {
                    Ok(element) => {
                        batch.push(self.index, &element, len);
                        self.index += 1;
                    }
                    Err(reason) => batch.skip(self.named(&fields, reason)),
                }
                return true;
            }
            Err(JsonError::Incomplete) if bounded.len() < rest.len() => SkipReason::TooLong,
            Err(JsonError::Incomplete) if input == Input::MayGoOn => {
                self.tried = rest.len();
                self.state = State::Between;
                return false;
            }
            Err(JsonError::Incomplete) => SkipReason::CutOff,
            Err(JsonError::Type) => SkipReason::NotAnObject,
            Err(error) => SkipReason::Json(error),
        };
        let skipped = Box::new(self.named(&fields, reason));
        self.go_on_skipping(text, input, Skipping::default(), skipped, batch)
    }

    fn go_on_skipping(
        &mut self,
        text: &[u8],
        input: Input,
        mut skipping: Skipping,
        skipped: Box<Skipped>,
        batch: &mut UncheckedBatch,
    ) -> bool {
        let over = input == Input::Over;
        match skipping.go_on(text.get(self.at..).unwrap_or_default(), over) {
            Found::End(len) => {
                // A bracket that closes nothing ends the list, if it is square, and is passed over if not.
                let is_empty = len == 0 && skipping.is_at_start();
                let lone = usize::from(is_empty && text.get(self.at) == Some(&b'}'));
                self.at += len + lone;
                self.state = State::Between;
            }
            Found::MoreAfter(_) if over => {
                // The list ends in the middle of it, whatever else is wrong.
                self.at = text.len();
                batch.skip(Skipped {
                    reason: SkipReason::CutOff,
                    ..*skipped
                });
                return true;
            }
            Found::MoreAfter(len) => {
                self.at += len;
                self.state = State::Within(skipping, skipped);
                return false;
            }
        }
        batch.skip(*skipped);
        true
    }

    fn named(&mut self, fields: &Fields<'_>, reason: SkipReason) -> Skipped {
        let index = self.index;
        self.index += 1;
        Skipped {
            index,
            room_id: fields.shown_room_id(),
            session_id: fields.shown_session_id(),
            reason,
        }
    }
}

fn count_space(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_space(**byte)).count()
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}
