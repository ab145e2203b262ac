mod ways_back;

use std::collections::HashSet;

use keyhaven_protocol::persona::{LinkCode, LinkKind, ResetCode, ResetCodeKind};
use keyhaven_storage::Timestamp;

use super::*;
use crate::config::BaseUrl;

const AT: Timestamp = Timestamp(1_795_264_496);
const UNTIL: Timestamp = Timestamp(1_795_264_496 + 7 * 86_400);
const CAROL: &str = "Carol@example.org";

fn base() -> BaseUrl {
    "https://keys.example.org".parse().unwrap()
}

fn house(language: Language) -> House {
    House {
        name: "Keyhaven".to_owned(),
        language,
        logo: None,
    }
}

fn confirm() -> Link {
    Link::confirm(&base(), &LinkCode::new(LinkKind::Confirm, [1; 32]))
}

fn reset() -> Link {
    Link::reset(&base(), CAROL, &ResetCode::new(ResetCodeKind::Derived, [2; 32]))
}

fn freeze() -> Link {
    Link::freeze(&base(), &LinkCode::new(LinkKind::Freeze, [3; 32]))
}

fn news(occasion: Occasion, freeze: Option<Link>) -> News {
    News {
        address: CAROL.to_owned(),
        at: AT,
        occasion,
        backup: Backup::Locked,
        freeze,
        sign_in: Link::sign_in(&base()),
        ask_for_reset: Link::ask_for_reset(&base()),
    }
}

/// One of each occasion, and of each of its forms. [`form`] tells when one is missing.
fn occasions() -> Vec<Occasion> {
    vec![
        Occasion::ResetAsked { reset: reset() },
        Occasion::ResetOfUnconfirmedAsked { reset: reset() },
        Occasion::ResetWhileFrozen { until: None },
        Occasion::ResetWhileFrozen { until: Some(UNTIL) },
        Occasion::SignUpTaken,
        Occasion::SignedUp {
            confirm: confirm(),
            until: UNTIL,
        },
        Occasion::PasswordChanged,
        Occasion::PasswordReset,
        Occasion::PasswordPutBack { until: Some(UNTIL) },
        Occasion::PasswordPutBack { until: None },
        Occasion::RecoveredByCode,
        Occasion::NewRecoveryCode { former_until: None },
        Occasion::NewRecoveryCode {
            former_until: Some(UNTIL),
        },
        Occasion::NewBackupKey,
        Occasion::AddressChangeAsked {
            confirm: Some(confirm()),
            new_address: "new@example.org".to_owned(),
            until: UNTIL,
        },
        Occasion::AddressChangeAsked {
            confirm: None,
            new_address: "new@example.org".to_owned(),
            until: UNTIL,
        },
        Occasion::NewAddressAsked {
            confirm: Some(confirm()),
            until: UNTIL,
        },
        Occasion::NewAddressAsked {
            confirm: None,
            until: UNTIL,
        },
        Occasion::TakenAddressAsked,
        Occasion::MovedAway {
            new_address: "new@example.org".to_owned(),
        },
        Occasion::MovedHere,
        Occasion::Frozen { until: None },
        Occasion::Frozen { until: Some(UNTIL) },
        Occasion::Lifted,
        Occasion::DisputeDecided,
        Occasion::DeletionAsked {
            until: UNTIL,
            by: TakenBackBy::Owner,
        },
        Occasion::DeletionAsked {
            until: UNTIL,
            by: TakenBackBy::Operator,
        },
        Occasion::DeletionTakenBack,
        Occasion::AccountRemoved,
    ]
}

/// The number of an occasion among all.
fn form(occasion: &Occasion) -> usize {
    match occasion {
        Occasion::ResetAsked { .. } => 0,
        Occasion::ResetOfUnconfirmedAsked { .. } => 1,
        Occasion::ResetWhileFrozen { .. } => 2,
        Occasion::SignUpTaken => 3,
        Occasion::SignedUp { .. } => 4,
        Occasion::PasswordChanged => 5,
        Occasion::PasswordReset => 6,
        Occasion::PasswordPutBack { .. } => 7,
        Occasion::RecoveredByCode => 8,
        Occasion::NewRecoveryCode { .. } => 9,
        Occasion::NewBackupKey => 10,
        Occasion::AddressChangeAsked { .. } => 11,
        Occasion::NewAddressAsked { .. } => 12,
        Occasion::TakenAddressAsked => 13,
        Occasion::MovedAway { .. } => 14,
        Occasion::MovedHere => 15,
        Occasion::Frozen { .. } => 16,
        Occasion::Lifted => 17,
        Occasion::DisputeDecided => 18,
        Occasion::DeletionAsked { .. } => 19,
        Occasion::DeletionTakenBack => 20,
        Occasion::AccountRemoved => 21,
    }
}

/// A text as one line, so that what is looked for may be wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn each(check: impl Fn(&Rendered, &News, Language)) {
    for language in [Language::English, Language::German] {
        for with_link in [true, false] {
            for occasion in occasions() {
                let mut news = news(occasion, with_link.then(freeze));
                for backup in [Backup::Locked, Backup::Open] {
                    news.backup = backup;
                    check(&write(&news, &house(language)), &news, language);
                }
            }
        }
    }
}

#[test]
fn the_samples_are_complete() {
    let forms: HashSet<_> = occasions().iter().map(form).collect();
    assert_eq!(forms.len(), 22);
}

#[test]
fn every_letter_says_whose_account_when_and_what_we_never_do() {
    each(|letter, _, language| {
        let text = unwrapped(&letter.text);
        let (when, never) = match language {
            Language::English => (
                "21 November 2026 at 12:34 UTC",
                "never ask for your recovery code",
            ),
            Language::German => (
                "21. November 2026 um 12:34 Uhr UTC",
                "nie nach Ihrem Wiederherstellungscode",
            ),
        };
        for words in ["Keyhaven", CAROL, when, never] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(letter.subject.contains("Keyhaven"));
        assert!(letter.subject.chars().count() <= 78, "{}", letter.subject);
    });
}

#[test]
fn every_link_stands_alone_in_the_text_and_twice_in_the_html() {
    each(|letter, news, _| {
        let mut links = HashSet::new();
        for line in letter.text.lines() {
            if line.starts_with("https://") {
                assert!(!line.contains(' '), "{line}");
                links.insert(line);
            } else {
                assert!(!line.contains("https://"), "{line}");
            }
        }
        for link in &links {
            let escaped = link.replace('&', "&amp;");
            assert!(letter.html.contains(&format!("href=\"{escaped}\"")), "{link}");
            assert!(letter.html.contains(&format!(">{escaped}</p>")), "{link}");
        }
        let hrefs = letter.html.matches("href=").count();
        assert!(hrefs >= links.len(), "{hrefs}");
        let freezes = links.iter().filter(|link| link.contains("/freeze#code=")).count();
        assert_eq!(freezes, usize::from(news.freeze.is_some()));
    });
}

#[test]
fn a_code_stands_only_in_the_letter_it_is_for() {
    each(|letter, news, _| {
        let expected = match &news.occasion {
            Occasion::ResetAsked { .. } | Occasion::ResetOfUnconfirmedAsked { .. } => "/password/reset.html#",
            Occasion::SignedUp { .. }
            | Occasion::AddressChangeAsked { confirm: Some(_), .. }
            | Occasion::NewAddressAsked { confirm: Some(_), .. } => "/confirm#",
            _ => "",
        };
        let found: Vec<_> = letter
            .text
            .lines()
            .filter(|line| line.contains('#') && !line.contains("/freeze#"))
            .collect();
        assert_eq!(found.len(), usize::from(!expected.is_empty()), "{found:?}");
        assert!(found.iter().all(|line| line.contains(expected)), "{found:?}");
    });
}

#[test]
fn lines_without_a_link_fit_a_narrow_screen() {
    each(|letter, _, _| {
        for line in letter.text.lines().filter(|line| !line.starts_with("https://")) {
            assert!(line.chars().count() <= 72, "{line}");
        }
    });
}

#[test]
fn both_forms_of_a_letter_say_the_same() {
    each(|letter, _, _| {
        let html = letter.html.replace("&#39;", "'").replace("&amp;", "&");
        let readable = unwrapped(&html);
        for paragraph in letter.text.split("\n\n").map(unwrapped) {
            let paragraph = paragraph.trim_start_matches("-- ");
            if paragraph.is_ascii() {
                assert!(readable.contains(paragraph), "{paragraph}");
            }
        }
    });
}

#[test]
fn a_letter_about_a_deletion_names_who_can_take_it_back() {
    for (language, by_owner, by_operator) in [
        (Language::English, "Whoever signs in can", "ask the operator"),
        (
            Language::German,
            "Wer sich anmeldet, kann",
            "den Betreiber dieses Dienstes darum",
        ),
    ] {
        let says = |by, words: &str| {
            let letter = write(
                &news(Occasion::DeletionAsked { until: UNTIL, by }, None),
                &house(language),
            );
            unwrapped(&letter.text).contains(words)
        };
        assert!(says(TakenBackBy::Owner, by_owner) && !says(TakenBackBy::Owner, by_operator));
        assert!(says(TakenBackBy::Operator, by_operator) && !says(TakenBackBy::Operator, by_owner));
    }
}

#[test]
fn a_time_that_counts_is_named() {
    for language in [Language::English, Language::German] {
        for occasion in occasions() {
            let counts = match &occasion {
                Occasion::ResetWhileFrozen { until }
                | Occasion::PasswordPutBack { until }
                | Occasion::Frozen { until } => until.is_some(),
                Occasion::NewRecoveryCode { former_until } => former_until.is_some(),
                Occasion::NewAddressAsked { confirm, .. } => confirm.is_some(),
                Occasion::SignedUp { .. }
                | Occasion::AddressChangeAsked { .. }
                | Occasion::DeletionAsked { .. } => true,
                _ => false,
            };
            let letter = write(&news(occasion, None), &house(language));
            assert_eq!(
                unwrapped(&letter.text).contains("28"),
                counts,
                "{}",
                letter.subject
            );
        }
    }
}

#[test]
fn each_language_has_words_of_its_own() {
    for (english, german) in occasions().into_iter().zip(occasions()) {
        let english = write(&news(english, Some(freeze())), &house(Language::English));
        let german = write(&news(german, Some(freeze())), &house(Language::German));
        assert_ne!(english.subject, german.subject);
        let lines: HashSet<_> = english
            .text
            .lines()
            .filter(|line| line.len() > 3 && !line.starts_with("https://"))
            .collect();
        for line in german.text.lines() {
            assert!(!lines.contains(line), "{line}");
        }
        assert!(german.html.contains("<html lang=\"de\">") && english.html.contains("<html lang=\"en\">"));
    }
}
