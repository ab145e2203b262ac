//! Recovery codes: every mistake is seen, and a suggestion is right or not made.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/counting_rng.rs"]
mod counting_rng;

use bip39::Mnemonic;
use counting_rng::CountingRng;
use keyhaven_core::{
    qr::{QrError, QrMatrix, TEXT_MAX_BYTES},
    recovery_code::{CodeForm, CodeLength, RecoveryCode, RecoveryCodeError},
};
use proptest::prelude::*;

const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn code(seed: u64, length: CodeLength) -> RecoveryCode {
    let mut rng = CountingRng::default();
    for _ in 0..seed % 1_000 {
        drop(RecoveryCode::generate(CodeLength::Bits128, &mut rng));
    }
    RecoveryCode::generate(length, &mut rng)
}

fn any_length() -> impl Strategy<Value = CodeLength> {
    prop_oneof![Just(CodeLength::Bits128), Just(CodeLength::Bits256)]
}

fn compact(code: &RecoveryCode) -> Vec<u8> {
    code.to_qr_text().to_ascii_lowercase().into_bytes()
}

fn parsed(text: &[u8]) -> Result<RecoveryCode, RecoveryCodeError> {
    RecoveryCode::parse(core::str::from_utf8(text).unwrap()).map(|parsed| parsed.code)
}

#[test]
fn a_code_has_the_length_that_was_asked_for_and_is_like_no_other() {
    for length in [CodeLength::Bits128, CodeLength::Bits256] {
        let code = code(1, length);
        assert_eq!(code.length(), length);
        assert_eq!(code.expose_secret().len(), length.bytes());
        assert_ne!(code, self::code(2, length));
    }
}

#[test]
fn the_text_is_groups_of_four_with_one_space_between() {
    let code = code(1, CodeLength::Bits256);
    let groups: Vec<String> = code.to_groups().iter().map(|group| group.to_string()).collect();
    let (last, whole) = groups.split_last().unwrap();
    assert!(whole.iter().all(|group| group.len() == 4), "{groups:?}");
    assert_eq!(last.len(), 2);
    assert_eq!(code.to_text().as_str(), groups.join(" "));
}

#[test]
fn words_are_those_of_bip_39_and_one_more() {
    for length in [CodeLength::Bits128, CodeLength::Bits256] {
        let code = code(3, length);
        let words = code.to_words();
        let mnemonic = Mnemonic::from_entropy(code.expose_secret()).unwrap();
        assert_eq!(words[..words.len() - 1], mnemonic.words().collect::<Vec<_>>());
        assert_eq!(words.len(), length.words());
    }
}

#[test]
fn a_scanner_reads_the_drawn_code() {
    for length in [CodeLength::Bits128, CodeLength::Bits256] {
        let code = code(4, length);
        let matrix = QrMatrix::generate(&code.to_qr_text()).unwrap();
        let rows: Vec<Vec<bool>> = matrix.rows().map(<[bool]>::to_vec).collect();
        assert_eq!(rows.len(), matrix.side());
        // Four pixels a module, and the quiet zone.
        let side = (matrix.side() + 8) * 4;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            let module = |at: usize| (at / 4).checked_sub(4);
            let dark = module(y)
                .zip(module(x))
                .and_then(|(y, x)| rows.get(y).and_then(|row| row.get(x)))
                .is_some_and(|dark| *dark);
            if dark { 0 } else { 255 }
        });
        let (meta, read) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(read, code.to_qr_text().as_str());
        // rqrr counts the levels as the symbol encodes them: M, L, H, Q.
        assert_eq!(meta.ecc_level, 3);
        assert_eq!(RecoveryCode::parse(&read).unwrap().code, code);
    }
}

#[test]
fn a_text_that_fits_no_kit_is_not_drawn() {
    assert!(QrMatrix::generate(&"A".repeat(TEXT_MAX_BYTES)).is_ok());
    assert_eq!(
        QrMatrix::generate(&"A".repeat(TEXT_MAX_BYTES + 1)).map(|_| ()),
        Err(QrError)
    );
}

#[test]
fn every_single_substitution_is_repaired_to_the_code_that_was_meant() {
    let code = code(5, CodeLength::Bits128);
    let right = compact(&code);
    for at in 3..right.len() {
        for other in ALPHABET {
            if *other == right[at] {
                continue;
            }
            let mut typed = right.clone();
            typed[at] = *other;
            let error = parsed(&typed).unwrap_err();
            let RecoveryCodeError::Typo {
                suggestion: Some(suggestion),
            } = error
            else {
                panic!("{error:?} for {at}")
            };
            assert_eq!(suggestion.group(), at / 4 + 1);
            assert_eq!(
                suggestion.expose_secret().as_bytes(),
                &right[at / 4 * 4..at / 4 * 4 + 4]
            );
        }
    }
}

#[test]
fn every_swap_inside_a_group_is_repaired() {
    let code = code(6, CodeLength::Bits256);
    let right = compact(&code);
    for at in 3..right.len() - 1 {
        if right[at] == right[at + 1] {
            continue;
        }
        let mut typed = right.clone();
        typed.swap(at, at + 1);
        let error = parsed(&typed).unwrap_err();
        let RecoveryCodeError::Typo { suggestion } = error else {
            panic!("{error:?} for {at}")
        };
        match suggestion {
            Some(suggestion) => {
                assert_ne!(at % 4, 3, "one group does not repair a swap across two");
                assert_eq!(suggestion.group(), at / 4 + 1);
                let end = right.len().min(at / 4 * 4 + 4);
                assert_eq!(suggestion.expose_secret().as_bytes(), &right[at / 4 * 4..end]);
            }
            None => assert_eq!(
                at % 4,
                3,
                "only a swap across two groups has no single group to suggest"
            ),
        }
    }
}

proptest! {
    #[test]
    fn every_form_comes_back(seed in any::<u64>(), length in any_length()) {
        let code = code(seed, length);
        for text in [code.to_text().to_string(), code.to_qr_text().to_string()] {
            let parsed = RecoveryCode::parse(&text).unwrap();
            prop_assert_eq!((&parsed.code, parsed.form), (&code, CodeForm::Text));
        }
        let parsed = RecoveryCode::parse(&code.to_words().join(" ")).unwrap();
        prop_assert_eq!((&parsed.code, parsed.form), (&code, CodeForm::Words));
        prop_assert_eq!(code.to_qr_text().len(), length.characters());
    }

    #[test]
    fn separators_and_case_do_not_matter(
        seed in any::<u64>(),
        separators in prop::collection::vec("[ \\-\u{2013}\u{a0}.,\n\r\t\"'“”:|/]{0,3}", 36),
        upper in prop::collection::vec(any::<bool>(), 36),
    ) {
        let code = code(seed, CodeLength::Bits128);
        let mut typed = String::new();
        for ((character, separator), upper) in compact(&code).into_iter().zip(&separators).zip(&upper) {
            let character = char::from(character);
            typed.push(if *upper { character.to_ascii_uppercase() } else { character });
            typed.push_str(separator);
        }
        prop_assert_eq!(RecoveryCode::parse(&typed).unwrap().code, code);
    }

    #[test]
    fn up_to_three_substitutions_never_make_another_code(
        seed in any::<u64>(),
        changes in prop::collection::vec((3usize..36, 0usize..32), 1..4),
    ) {
        let code = code(seed, CodeLength::Bits128);
        let mut typed = compact(&code);
        for (at, character) in changes {
            typed[at] = ALPHABET[character];
        }
        if let Ok(found) = parsed(&typed) {
            prop_assert_eq!(found, code);
        }
    }

    #[test]
    fn no_text_panics(typed in "\\PC{0,200}", code_like in "(kh1|KH1p|khl)?[a-z0-9 ]{0,80}") {
        let _ = RecoveryCode::parse(&typed);
        let _ = RecoveryCode::parse(&code_like);
    }
}

/// One slip in 32,768 passes the check of 15 bits; the wrap's commitment sees it then. Of these, which are always the
/// same, none does.
#[test]
fn another_word_is_seen_or_leaves_the_code_as_it_was() {
    for at in 0..13 {
        let code = code(at, CodeLength::Bits128);
        for word in bip39::Language::English.word_list().iter().step_by(61) {
            let mut words = code.to_words();
            words[usize::try_from(at).unwrap()] = word;
            if let Ok(found) = RecoveryCode::parse(&words.join(" ")) {
                assert_eq!(found.code, code, "{word} in place of word {at}");
            }
        }
    }
}
