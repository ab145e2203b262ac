//! One slip of the finger, undone where a check says which.

use zeroize::Zeroizing;

use super::{
    RecoveryKey,
    base58::{self, CHARACTERS, Digits},
    text,
};

/// A key that a mistyped text may stand for. Shown to its owner, who says whether it is what is written on their paper.
pub struct Repair {
    /// The key that was found right.
    pub key: RecoveryKey,
    /// The first character that differs, from 1.
    pub position: usize,
    /// Its text.
    pub text: Zeroizing<String>,
}

/// Tries 48 × 57 substitutions and 47 swaps, of which parity leaves about ten. Compiled once, whatever says which is right.
#[inline(never)]
pub(super) fn repair(typed: &str, is_right: &mut dyn FnMut(&RecoveryKey) -> bool) -> Option<Repair> {
    let scanned = text::scan(typed).ok()?;
    // A second character that is in no key is one slip too many.
    if scanned.count != CHARACTERS || scanned.bad > 1 {
        return None;
    }
    let mut candidates = Candidates { is_right };
    match scanned.first_bad {
        // What is in no key is where to look.
        Some((position, character)) => candidates.substitute(&scanned.digits, position, character),
        None => (1..=CHARACTERS)
            .find_map(|position| candidates.substitute(&scanned.digits, position, ' '))
            .or_else(|| (1..CHARACTERS).find_map(|position| candidates.swap(&scanned.digits, position))),
    }
}

struct Candidates<'check> {
    is_right: &'check mut dyn FnMut(&RecoveryKey) -> bool,
}

impl Candidates<'_> {
    /// Every value at a position from 1, beginning with those that the typed character looks like.
    fn substitute(&mut self, digits: &Digits, position: usize, typed: char) -> Option<Repair> {
        let likeliest = text::candidates(typed).chars().filter_map(base58::value_of);
        likeliest.chain(0..58).find_map(|value| {
            let mut changed = digits.clone();
            *changed.get_mut(position - 1)? = value;
            self.test(&changed, position)
        })
    }

    /// The characters at a position from 1 and at the next.
    fn swap(&mut self, digits: &Digits, position: usize) -> Option<Repair> {
        let mut changed = digits.clone();
        let [one, other] = changed.get_mut(position - 1..)?.first_chunk_mut::<2>()?;
        core::mem::swap(one, other);
        self.test(&changed, position)
    }

    fn test(&mut self, changed: &Digits, position: usize) -> Option<Repair> {
        let bytes = base58::to_bytes(changed)?;
        let key = text::take(&bytes)?;
        (self.is_right)(&key).then(|| Repair {
            key,
            position,
            text: text::grouped(changed),
        })
    }
}

impl core::fmt::Debug for Repair {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Repair")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
