use std::sync::LazyLock;

use super::*;

/// Of another implementation's tests.
static TEXT: LazyLock<String> =
    LazyLock::new(|| "EsTc-LW2K-PGiF-wKEA-3As5-g5c4-BXwk-qeeJ-ZJV8-Q9fu-gUMN-UE4d".replace('-', " "));
const BASE64: &str = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo";

fn key() -> RecoveryKey {
    RecoveryKey::parse(&TEXT).unwrap()
}

fn without_spaces() -> String {
    TEXT.replace(' ', "")
}

fn repaired(typed: &str) -> Option<(usize, String)> {
    let public = key().public_key();
    RecoveryKey::repair(typed, |key| key.public_key() == public)
        .map(|repair| (repair.position, repair.text.to_string()))
}

#[test]
fn a_key_is_read_and_written() {
    assert_eq!(key().to_base64().as_str(), BASE64);
    assert_eq!(key().to_text().as_str(), TEXT.as_str());
    for text in [BASE64.to_owned(), format!("{BASE64}="), format!("{BASE64}\n")] {
        assert_eq!(RecoveryKey::parse_base64(&text), Some(key()), "{text:?}");
    }
    assert_eq!(RecoveryKey::parse_base64(&BASE64[1..]), None);
    assert_eq!(
        key().public_key().to_text(),
        "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo"
    );
}

#[test]
fn what_carries_nothing_is_passed_over() {
    for typed in [
        without_spaces(),
        TEXT.replace(' ', "\n"),
        TEXT.replace(' ', "-"),
        TEXT.replace(' ', " \u{2013}\t\u{a0}\u{200b}"),
        format!("\u{feff} {}\r\n", *TEXT),
        TEXT.replace('E', "\u{ff25}"),
    ] {
        assert_eq!(RecoveryKey::parse(&typed).as_ref(), Ok(&key()), "{typed:?}");
    }
}

#[test]
fn what_is_no_key_is_told_by_its_reason() {
    let bad = |position, candidates| RecoveryKeyError::Character {
        position,
        lookalike: Lookalike { candidates },
    };
    for (typed, error) in [
        ("".to_owned(), RecoveryKeyError::Empty),
        (" - \n".to_owned(), RecoveryKeyError::Empty),
        (
            without_spaces()[1..].to_owned(),
            RecoveryKeyError::Length { found: 47 },
        ),
        (format!("{}1", *TEXT), RecoveryKeyError::Length { found: 49 }),
        ("A".repeat(5000), RecoveryKeyError::Length { found: 5000 }),
        (TEXT.replace("EsTc", "EsT0"), bad(4, "oQD")),
        (TEXT.replace("EsTc", "EsTl"), bad(4, "1ij")),
        (TEXT.replace("EsTc", "EsT\u{e9}"), bad(4, "")),
        (TEXT.replace("EsTc", "EsTd"), RecoveryKeyError::Parity),
        (TEXT.replace("EsTc", "sETc"), RecoveryKeyError::Prefix),
        ("z".repeat(48), RecoveryKeyError::Prefix),
        ("1".repeat(48), RecoveryKeyError::Prefix),
    ] {
        assert_eq!(RecoveryKey::parse(&typed), Err(error), "{typed}");
    }
}

#[test]
fn one_slip_is_repaired_where_a_check_says_which() {
    let chars: Vec<char> = without_spaces().chars().collect();
    for at in 0..48 {
        for wrong in ['2', 'k', '0', '#'] {
            let mut typed = chars.clone();
            typed[at] = wrong;
            let typed: String = typed.iter().collect();
            if wrong != chars[at] {
                assert_eq!(repaired(&typed), Some((at + 1, TEXT.clone())), "{typed}");
            }
        }
    }
    for at in 0..47 {
        let mut typed = chars.clone();
        typed.swap(at, at + 1);
        if typed != chars {
            let typed: String = typed.iter().collect();
            assert_eq!(repaired(&typed), Some((at + 1, TEXT.clone())), "{typed}");
        }
    }
}

#[test]
fn what_no_check_confirms_is_not_repaired() {
    let typed = TEXT.replace("EsTc", "EsTd");
    assert!(RecoveryKey::repair(&typed, |_| false).is_none());
    for typed in [
        TEXT.replace("EsTc", "EsT00"),
        TEXT.replace("EsTc LW", "EsT0 LO"),
        TEXT[1..].to_owned(),
    ] {
        assert_eq!(repaired(&typed), None, "{typed}");
    }
    let other = RecoveryKey::take_bytes(&mut [1; 32]);
    let mut candidates = 0;
    let none = RecoveryKey::repair(&typed, |key| {
        candidates += 1;
        *key == other
    });
    assert!(none.is_none());
    assert!((1..60).contains(&candidates), "parity leaves {candidates}");
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", key()), "RecoveryKey(redacted)");
    let repair = RecoveryKey::repair(&TEXT.replace("EsTc", "EsTd"), |_| true).unwrap();
    assert!(!format!("{repair:?}").contains("LW2K"));
}
