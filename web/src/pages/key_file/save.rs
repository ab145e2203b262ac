//! A new passphrase, and how many files.

use keyhaven_client::key_file::messages::{Extent, SPLIT_MAX};
use leptos::html;
use leptos::prelude::*;
use zeroize::Zeroizing;

use super::KeyFileInput;
use crate::components::{
    BackLink, Callout, Form, PASSWORD_MIN_CHARACTERS, PageHead, SecretField, SecretKind, Strength,
    StrengthMeter, Tone,
};
use crate::messages::{Problem, key_file as text};
use crate::parse::{self, NewPasswordError};

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveWhat {
    /// How many keys.
    pub keys: u64,
    /// Of how many rooms.
    pub rooms: usize,
    /// Of this room alone: its number and its id.
    pub room: Option<(u32, String)>,
}

/// Asks for what a new file needs.
#[component]
pub fn SaveScreen(
    what: SaveWhat,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] problem: Signal<Option<Problem>>,
    on_input: Callback<KeyFileInput>,
) -> impl IntoView {
    let first = NodeRef::<html::Input>::new();
    let second = NodeRef::<html::Input>::new();
    let (first_error, second_error) = (RwSignal::new(None), RwSignal::new(None));
    let strength = RwSignal::new(Strength::Empty);
    let extent = RwSignal::new(match &what.room {
        Some((number, _)) => Extent::Room(*number),
        None => Extent::All,
    });
    let typed = Callback::new(move |()| strength.set(Strength::estimate(&parse::text(first), "")));
    let submit = move |()| {
        let chosen = new_passphrase(&parse::text(first), &parse::text(second));
        let (at_first, at_second) = NewPasswordError::split(chosen.as_ref().err());
        first_error.set(at_first);
        second_error.set(at_second);
        match chosen {
            Ok(passphrase) => on_input.run(KeyFileInput::Save(extent.get_untracked(), passphrase)),
            Err(NewPasswordError::First(_)) => parse::focus(first),
            Err(NewPasswordError::Second(_)) => parse::focus(second),
        }
    };
    let back = Callback::new(move |()| on_input.run(KeyFileInput::Back));
    let lead = what.room.as_ref().map(|(_, id)| id.clone()).unwrap_or_default();
    let parts = what.room.is_none() && what.rooms > 1;
    view! {
        <div class="stack">
            <BackLink label=text::BACK on_back=back />
            <PageHead title=text::save_title(what.keys) lead=lead />
            <Form submit=text::WRITE on_submit=submit busy=busy problem=problem>
                {parts.then(|| view! { <HowMany rooms=what.rooms extent=extent /> })}
                <div class="stack-tight">
                    <SecretField
                        id="new-passphrase"
                        kind=SecretKind::New
                        label=text::NEW_PASSPHRASE
                        hint=text::NEW_PASSPHRASE_HINT
                        error=first_error
                        input=first
                        on_type=typed
                    />
                    <StrengthMeter strength=strength />
                </div>
                <SecretField
                    id="repeat-passphrase"
                    kind=SecretKind::New
                    label=text::REPEAT_PASSPHRASE
                    error=second_error
                    input=second
                />
                <Callout tone=Tone::Info title=text::FORGOTTEN_TITLE><p>{text::FORGOTTEN}</p></Callout>
            </Form>
        </div>
    }
}

#[component]
fn HowMany(rooms: usize, extent: RwSignal<Extent>) -> impl IntoView {
    let choice = move |value: Extent, words: String| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="extent"
                    checked=value == Extent::All
                    on:change=move |_| extent.set(value)
                />
                <span>{words}</span>
            </label>
        }
    };
    let each = if rooms > SPLIT_MAX {
        view! { <p class="muted small">{text::too_many_rooms()}</p> }.into_any()
    } else {
        choice(Extent::EachRoom, text::one_file_each(rooms)).into_any()
    };
    view! {
        <fieldset class="code-field">
            <legend class="label">{text::EXTENT}</legend>
            {choice(Extent::All, text::ONE.to_owned())}
            {each}
        </fieldset>
    }
}

/// A passphrase that is being chosen, typed twice. It is used as it was typed: other programs make no normal form of it.
fn new_passphrase(first: &str, second: &str) -> Result<Zeroizing<String>, NewPasswordError> {
    let error = match Strength::estimate(first, "") {
        Strength::Empty => Some(text::NEW_PASSPHRASE_MISSING),
        _ if first.chars().count() < PASSWORD_MIN_CHARACTERS => Some(text::PASSPHRASE_SHORT),
        Strength::Weak => Some(text::PASSPHRASE_WEAK),
        _ => None,
    };
    match error {
        Some(error) => Err(NewPasswordError::First(error)),
        None if first != second => Err(NewPasswordError::Second(text::PASSPHRASES_DIFFER)),
        None => Ok(Zeroizing::new(first.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_passphrase_is_long_hard_to_guess_and_typed_twice_alike() {
        let good = "quiet ladder mango seven";
        assert_eq!(new_passphrase(good, good), Ok(Zeroizing::new(good.to_owned())));
        let spaced = format!(" {good} ");
        assert_eq!(
            new_passphrase(&spaced, &spaced),
            Ok(Zeroizing::new(spaced.clone())),
            "as typed"
        );
        for (first, second, error) in [
            ("", "", NewPasswordError::First(text::NEW_PASSPHRASE_MISSING)),
            (
                "short one",
                "short one",
                NewPasswordError::First(text::PASSPHRASE_SHORT),
            ),
            (
                "password123456",
                "password123456",
                NewPasswordError::First(text::PASSPHRASE_WEAK),
            ),
            (
                good,
                "quiet ladder mango eight",
                NewPasswordError::Second(text::PASSPHRASES_DIFFER),
            ),
        ] {
            assert_eq!(new_passphrase(first, second), Err(error));
        }
    }
}
