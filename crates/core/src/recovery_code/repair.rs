//! The one group that makes a mistyped code whole, if there is exactly one.

use zeroize::Zeroizing;

use super::{
    SuggestedGroup,
    text::{self, GROUP_LEN, PREFIX},
};

/// One change of the values behind the prefix that makes them a code.
struct Repair {
    /// The first group that it changes, from 0.
    group: usize,
    /// Whether the next group changes, too: two characters swapped across the space between.
    spills: bool,
    values: Zeroizing<Vec<u8>>,
}

/// Tries each single substitution and each swap of neighbours.
pub(super) fn suggest(values: &[u8]) -> Option<SuggestedGroup> {
    let mut repairs = Vec::new();
    for at in 0..values.len() {
        collect_substitutions(values, at, &mut repairs);
        collect_swap(values, at, &mut repairs);
    }
    only(repairs)
}

/// Tries each character in the place of one that no code has.
pub(super) fn suggest_at(values: &[u8], at: usize) -> Option<SuggestedGroup> {
    let mut repairs = Vec::new();
    collect_substitutions(values, at, &mut repairs);
    only(repairs)
}

/// The first group as it must be, for a code whose prefix alone was mistyped.
pub(super) fn first_group(values: &[u8]) -> SuggestedGroup {
    let repair = Repair {
        group: 0,
        spills: false,
        values: Zeroizing::new(values.to_vec()),
    };
    repair.suggestion()
}

/// All 32, that which stands there too: for a character that no code has, it only fills the place.
fn collect_substitutions(values: &[u8], at: usize, repairs: &mut Vec<Repair>) {
    for candidate in 0..32 {
        let mut changed = Zeroizing::new(values.to_vec());
        let Some(value) = changed.get_mut(at) else { return };
        *value = candidate;
        if text::decode(&changed).is_ok() {
            repairs.push(Repair {
                group: group_of(at),
                spills: false,
                values: changed,
            });
        }
    }
}

fn collect_swap(values: &[u8], at: usize, repairs: &mut Vec<Repair>) {
    let mut changed = Zeroizing::new(values.to_vec());
    let Some([one, other]) = changed.get_mut(at..).and_then(|tail| tail.first_chunk_mut::<2>()) else {
        return;
    };
    if one == other {
        return;
    }
    core::mem::swap(one, other);
    if text::decode(&changed).is_ok() {
        repairs.push(Repair {
            group: group_of(at),
            spills: group_of(at) != group_of(at + 1),
            values: changed,
        });
    }
}

fn only(repairs: Vec<Repair>) -> Option<SuggestedGroup> {
    let mut repairs = repairs.into_iter();
    let first = repairs.next()?;
    (repairs.next().is_none() && !first.spills).then(|| first.suggestion())
}

const fn group_of(value_at: usize) -> usize {
    (value_at + PREFIX.len()) / GROUP_LEN
}

impl Repair {
    fn suggestion(&self) -> SuggestedGroup {
        let mut replacement = String::with_capacity(GROUP_LEN);
        let characters = PREFIX
            .chars()
            .chain(self.values.iter().map(|value| text::to_char(*value)));
        replacement.extend(characters.skip(self.group * GROUP_LEN).take(GROUP_LEN));
        SuggestedGroup::new(self.group + 1, replacement)
    }
}
