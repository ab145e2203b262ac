use std::collections::BTreeSet;

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
    "admin", "monkey", "dragon", "football", "baseball", "sunshine", "princess", "abc123", "111111",
    "keyhaven",
];

impl Strength {
    /// Estimates by length and by how many different characters there are. Words and spaces count as letters do, so that
    /// a long phrase of plain words is strong.
    pub(crate) fn estimate(password: &str) -> Self {
        let lower = password.to_lowercase();
        let mut distinct = BTreeSet::new();
        distinct.extend(password.chars());
        let common: usize = COMMON
            .iter()
            .filter(|word| lower.contains(**word))
            .map(|word| word.len() - 1)
            .sum();
        let length = password.chars().count().saturating_sub(common);
        let worth = length.min(distinct.len() * 2);
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
            assert_eq!(Strength::estimate(password), strength, "{password:?}");
        }
    }
}
