use leptos::prelude::*;

use crate::messages::fields;

/// How hard a password is to guess, roughly. It advises; only the least is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Nothing typed.
    Empty,
    /// Falls in minutes.
    Weak,
    /// Falls to someone who cares.
    Fair,
    /// Holds against most.
    Good,
    /// Holds.
    Strong,
}

/// Fewest characters of a new password (OWASP ASVS 5.0, 6.2.1).
pub(crate) const PASSWORD_MIN_CHARACTERS: usize = 10;

/// What half the people choose: one of these inside takes most of a password's worth away.
const COMMON: &[&str] = &[
    "password", "passwort", "123456", "qwerty", "qwertz", "azerty", "letmein", "iloveyou", "welcome",
    "admin", "monkey", "dragon", "football", "baseball", "sunshine", "princess", "abc123", "keyhaven",
    "1q2w3e", "summer", "winter", "spring", "autumn", "sommer",
];

/// Shortest piece of an address that is looked for: shorter ones are in too many words.
const PIECE_MIN_BYTES: usize = 3;

impl Strength {
    /// Estimates by length and by how many different characters there are. Words and spaces count as letters do, so
    /// that a long phrase of plain words is strong. What is tried first counts as one character: what many people
    /// choose, the pieces of the `address`, which a stolen database has in clear, years, and runs like `4321`.
    pub(crate) fn estimate(password: &str, address: &str) -> Self {
        // Without the tables of Unicode, which pages do not load.
        let lower = password.to_ascii_lowercase();
        // Counted without a set: its code weighs more than all of this, on every page that asks for a password.
        let first_of_its_kind = |(at, character): &(usize, char)| {
            let before = password.get(..*at).unwrap_or_default();
            !before.contains(*character)
        };
        let distinct = password.char_indices().filter(first_of_its_kind).count();
        let address = address.to_ascii_lowercase();
        let pieces = address.split(['@', '.', '-', '_', '+']);
        let pieces = pieces.filter(|piece| piece.len() >= PIECE_MIN_BYTES);
        let known: usize = pieces
            .chain(COMMON.iter().copied())
            .map(|piece| lower.matches(piece).count() * (piece.chars().count() - 1))
            .sum();
        let length = password.chars().count();
        let length = length.saturating_sub(known + in_runs(&lower) + in_years(&lower));
        let worth = length.min(distinct * 2);
        match worth {
            0 if password.is_empty() => Self::Empty,
            0..PASSWORD_MIN_CHARACTERS => Self::Weak,
            10..14 => Self::Fair,
            14..20 => Self::Good,
            _ => Self::Strong,
        }
    }

    fn level(self) -> &'static str {
        match self {
            Self::Empty => "0",
            Self::Weak => "1",
            Self::Fair => "2",
            Self::Good => "3",
            Self::Strong => "4",
        }
    }
}

/// Characters that only go on where the one before them led: the same, the next or the one before, from the third on.
fn in_runs(text: &str) -> usize {
    let (mut before, mut run, mut found) = (None, None, 0);
    for code in text.chars().map(u32::from) {
        let step = before.map(|before| code.wrapping_sub(before));
        let step = step.filter(|step| matches!(*step, 0 | 1 | u32::MAX));
        if step.is_some() && step == run {
            found += 1;
        }
        (before, run) = (Some(code), step);
    }
    found
}

/// Characters of years but the first of each.
fn in_years(text: &str) -> usize {
    let digits = text.split(|character: char| !character.is_ascii_digit());
    let years =
        digits.filter(|digits| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")));
    years.count() * 3
}

/// Shows a strength as four bars and in words.
#[component]
pub fn StrengthMeter(#[prop(into)] strength: Signal<Strength>) -> impl IntoView {
    view! {
        <div>
            <div class="strength" data-level=move || strength.get().level() aria-hidden="true">
                <span></span><span></span><span></span><span></span>
            </div>
            <p class="hint" aria-live="polite">{move || fields::strength(strength.get())}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::Strength;

    #[test]
    fn strength_follows_length_and_variety() {
        for (password, strength) in [
            ("", Strength::Empty),
            ("short", Strength::Weak),
            ("aaaaaaaaaaaaaaaaaaaaaaaa", Strength::Weak),
            ("password123456", Strength::Weak),
            ("blue harbour", Strength::Fair),
            ("blue harbour lamp", Strength::Good),
            ("blue harbour lamp violin", Strength::Strong),
        ] {
            assert_eq!(Strength::estimate(password, ""), strength, "{password:?}");
        }
    }

    #[test]
    fn what_a_thief_tries_first_is_weak() {
        for (password, address) in [
            ("carol@example.org", "carol@example.org"),
            ("Ada.Lovelace@Example.org", "ada.lovelace@example.org"),
            ("lovelace-ada-1815", "ada.lovelace@example.org"),
            ("0987654321", ""),
            ("1q2w3e4r5t", ""),
            ("Summer2024!", ""),
            ("abcdefghijkl", ""),
            ("passwordpassword", ""),
        ] {
            assert_eq!(
                Strength::estimate(password, address),
                Strength::Weak,
                "{password}"
            );
        }
        // Somebody else's address is a text like any other.
        let other = Strength::estimate("carol@example.org", "ada@elsewhere.net");
        assert_ne!(other, Strength::Weak);
    }
}
