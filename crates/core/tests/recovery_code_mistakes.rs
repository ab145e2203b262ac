//! What is said of a code that was mistyped: where to look, and the right group or word where there is only one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use std::collections::BTreeSet;

use counting_rng::CountingRng;
use keyhaven_core::recovery_code::{
    CodeForm, CodeLength, INPUT_MAX_BYTES, RecoveryCode, RecoveryCodeError, SuggestedGroup,
};

fn code() -> RecoveryCode {
    RecoveryCode::generate(CodeLength::Bits128, &mut CountingRng::default())
}

fn groups() -> Vec<String> {
    code().to_groups().iter().map(|group| group.to_string()).collect()
}

/// The groups with one of them, from 1, in another form.
fn with_group(number: usize, change: impl FnOnce(&str) -> String) -> Vec<String> {
    let mut groups = groups();
    let group = groups.get_mut(number - 1).unwrap();
    *group = change(group);
    groups
}

fn without_first(group: &str) -> String {
    group[1..].to_owned()
}

fn error(typed: &str) -> RecoveryCodeError {
    RecoveryCode::parse(typed).unwrap_err()
}

fn shown(suggestion: Option<&SuggestedGroup>) -> Option<(usize, &str)> {
    suggestion.map(|found| (found.group(), found.expose_secret()))
}

fn too_few(missing: usize, group: Option<usize>) -> RecoveryCodeError {
    RecoveryCodeError::TooFewCharacters { missing, group }
}

#[test]
fn a_missing_character_is_told_with_its_group() {
    for number in 2..=9 {
        let typed = with_group(number, without_first);
        assert_eq!(error(&typed.join(" ")), too_few(1, Some(number)));
        assert_eq!(error(&typed.concat()), too_few(1, None), "not typed in groups");
    }
}

#[test]
fn the_first_of_two_odd_groups_is_told() {
    let mut typed = with_group(3, without_first);
    typed[5] = without_first(&typed[5]);
    assert_eq!(error(&typed.join(" ")), too_few(2, Some(3)));
}

#[test]
fn groups_of_which_half_are_odd_were_not_typed_in_fours() {
    let text = groups().concat();
    let mut rest = text.as_str();
    let typed = [4, 4, 4, 4, 5, 5, 5, 3].map(|len| {
        let (group, tail) = rest.split_at(len);
        rest = tail;
        group
    });
    assert_eq!(error(&typed.join(" ")), too_few(2, None));
}

#[test]
fn what_has_no_width_divides_no_group() {
    for invisible in ["\u{ad}", "\u{200b}", "\u{feff}"] {
        let mut typed = with_group(4, without_first);
        typed[1].insert_str(2, invisible);
        assert_eq!(error(&typed.join(" ")), too_few(1, Some(4)), "{invisible:?}");
    }
}

#[test]
fn a_code_that_breaks_off_is_told_with_all_that_is_missing() {
    let groups = groups();
    assert_eq!(error(&groups[..5].join(" ")), too_few(16, None));
    let typed = format!("{} {}", groups[..4].join(" "), &groups[4][..2]);
    assert_eq!(error(&typed), too_few(18, Some(5)));
    assert_eq!(error(&groups[..8].join(" ")), too_few(4, None));
}

#[test]
fn a_character_too_many_is_told_with_its_group() {
    for number in 2..=8 {
        let typed = with_group(number, |group| format!("{group}{}", &group[..1]));
        let too_many = |group| RecoveryCodeError::TooManyCharacters { extra: 1, group };
        assert_eq!(error(&typed.join(" ")), too_many(Some(number)));
        assert_eq!(error(&typed.concat()), too_many(None), "not typed in groups");
    }
}

#[test]
fn a_character_that_no_code_has_is_told_as_it_was_typed_with_the_right_group() {
    let right = groups();
    let text = right.concat();
    for at in 3..text.len() {
        let mut typed = text.clone();
        typed.replace_range(at..=at, "B");
        let RecoveryCodeError::BadCharacter {
            group,
            character,
            suggestion,
        } = error(&typed)
        else {
            panic!("{:?} for {at}", error(&typed))
        };
        let number = at / 4 + 1;
        assert_eq!((group, character), (number, 'B'));
        assert_eq!(
            shown(suggestion.as_ref()),
            Some((number, right[number - 1].as_str()))
        );
    }
}

#[test]
fn every_character_is_suggested_for_one_that_no_code_has() {
    let mut rng = CountingRng::default();
    let mut meant = BTreeSet::new();
    for _ in 0..40 {
        let code = RecoveryCode::generate(CodeLength::Bits128, &mut rng);
        let right = code.to_qr_text().to_lowercase();
        for at in 4..right.len() {
            let mut typed = right.clone();
            typed.replace_range(at..=at, "b");
            let RecoveryCodeError::BadCharacter {
                suggestion: Some(found),
                ..
            } = error(&typed)
            else {
                panic!("{:?} for {at}", error(&typed))
            };
            let group = &right[at / 4 * 4..at / 4 * 4 + 4];
            assert_eq!((found.group(), found.expose_secret()), (at / 4 + 1, group));
            meant.extend(right[at..].chars().next());
        }
    }
    assert_eq!(meant.len(), 32, "every character of the alphabet was meant once");
}

#[test]
fn no_group_is_suggested_for_two_characters_that_no_code_has() {
    // Where the second one stands for the first letter of the alphabet, guessing would even be right.
    let mut rng = CountingRng::default();
    let (mut typed, second) = core::iter::repeat_with(|| {
        let code = RecoveryCode::generate(CodeLength::Bits128, &mut rng);
        code.to_qr_text().to_lowercase()
    })
    .find_map(|text| text.rfind('q').filter(|at| *at > 4).map(|at| (text, at)))
    .unwrap();
    typed.replace_range(second..=second, "b");
    typed.replace_range(4..=4, "b");
    assert_eq!(
        error(&typed),
        RecoveryCodeError::BadCharacter {
            group: 2,
            character: 'b',
            suggestion: None
        }
    );
}

#[test]
fn a_mistyped_prefix_is_told_as_the_first_group() {
    let typed = with_group(1, |_| "kx1p".to_owned());
    let RecoveryCodeError::Typo { suggestion } = error(&typed.join(" ")) else {
        panic!("{:?}", error(&typed.join(" ")))
    };
    assert_eq!(shown(suggestion.as_ref()), Some((1, "kh1p")));
}

#[test]
fn two_mistyped_groups_have_no_suggestion() {
    let mut typed = with_group(1, |_| "kx1p".to_owned());
    let other = if typed[4].starts_with('q') { "p" } else { "q" };
    typed[4].replace_range(..1, other);
    assert_eq!(
        error(&typed.join(" ")),
        RecoveryCodeError::Typo { suggestion: None }
    );
}

#[test]
fn a_code_without_its_prefix_is_read() {
    let text = groups().concat();
    let parsed = RecoveryCode::parse(&text[3..]).unwrap();
    assert_eq!((parsed.code, parsed.form), (code(), CodeForm::Text));
}

#[test]
fn a_typo_on_a_page_full_of_other_text_is_found_behind_the_prefix() {
    let right = groups();
    let typed = with_group(6, |group| {
        let other = if group.starts_with('q') { "p" } else { "q" };
        format!("{other}{}", &group[1..])
    });
    let page = format!(
        "Your code:\n{}\nPrint this page and put it where you will find it, together with whatever else you would miss.",
        typed.join(" ")
    );
    let RecoveryCodeError::Typo { suggestion } = error(&page) else {
        panic!("{:?}", error(&page))
    };
    assert_eq!(shown(suggestion.as_ref()), Some((6, right[5].as_str())));
}

#[test]
fn a_text_is_searched_up_to_the_bound_and_not_beyond() {
    let text = code().to_text();
    let padded = |len: usize| format!("{}{}", text.as_str(), " ".repeat(len - text.len()));
    assert_eq!(
        RecoveryCode::parse(&padded(INPUT_MAX_BYTES)).unwrap().code,
        code()
    );
    assert_eq!(error(&padded(INPUT_MAX_BYTES + 1)), RecoveryCodeError::TooLong);
    assert_eq!(error(" \n"), RecoveryCodeError::Empty);
    assert_eq!(error("nothing of the kind"), RecoveryCodeError::NotFound);
}

#[test]
fn twelve_words_alone_are_a_code_without_its_check() {
    let words = code().to_words();
    let parsed = RecoveryCode::parse(&words[..12].join(" ")).unwrap();
    assert_eq!((parsed.code, parsed.form), (code(), CodeForm::WordsWithoutCheck));
    // Among other text they are not taken: four bits of check are too few to search a page with.
    let apart = format!("{} xylophone {}", words[..6].join(" "), words[6..12].join(" "));
    assert!(matches!(
        error(&apart),
        RecoveryCodeError::UnknownWord { position: 7, .. }
    ));
}

#[test]
fn twelve_words_in_another_order_are_seen_by_their_check_bits() {
    let refused = (0..11)
        .filter(|at| {
            let mut words = code().to_words();
            words.truncate(12);
            words.swap(*at, at + 1);
            RecoveryCode::parse(&words.join(" ")) == Err(RecoveryCodeError::WordsDoNotFit)
        })
        .count();
    assert!(
        refused >= 9,
        "one in sixteen goes unseen, and {refused} of 11 were refused"
    );
}

#[test]
fn a_word_that_is_not_listed_is_told_with_the_one_that_was_meant() {
    let right = code().to_words();
    let mut suggested = 0;
    // Without the check word the others are a code.
    for at in 0..right.len() - 1 {
        let mut typed: Vec<String> = right.iter().map(|word| (*word).to_owned()).collect();
        typed[at].push('z');
        let RecoveryCodeError::UnknownWord { position, suggestion } = error(&typed.join(" ")) else {
            panic!("{:?}", error(&typed.join(" ")))
        };
        assert_eq!(position, at + 1);
        if let Some(word) = suggestion {
            assert_eq!(word.expose_secret(), right[at]);
            suggested += 1;
        }
    }
    assert!(suggested > right.len() / 2, "{suggested} suggestions");
}

#[test]
fn words_are_taken_for_a_code_if_at_least_half_of_them_are_listed() {
    let words = code().to_words();
    let with_others = |others: usize| {
        let others = vec!["xylophone"; others];
        error(&format!("{} {}", words[..6].join(" "), others.join(" ")))
    };
    assert!(matches!(
        with_others(6),
        RecoveryCodeError::UnknownWord { position: 7, .. }
    ));
    assert_eq!(with_others(7), RecoveryCodeError::NotFound);
    assert_eq!(error(&words[..5].join(" ")), RecoveryCodeError::NotFound);
    assert_eq!(
        error(&words[..8].join(" ")),
        RecoveryCodeError::WordCount { found: 8 }
    );
    let mut swapped = words;
    swapped.swap(0, 1);
    assert_eq!(error(&swapped.join(" ")), RecoveryCodeError::WordsDoNotFit);
}
