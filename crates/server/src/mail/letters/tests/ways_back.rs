//! Letters name the ways back that an account has.

use super::*;

/// The text without what every letter says of recovery codes.
fn text(occasion: Occasion, backup: Backup, language: Language) -> String {
    let news = News {
        backup,
        ..news(occasion, Some(freeze()))
    };
    let never = match language {
        Language::English => "We never ask for your recovery code",
        Language::German => "Wir fragen nie nach Ihrem Wiederherstellungscode",
    };
    let text = unwrapped(&write(&news, &house(language)).text);
    assert!(text.contains(never), "{text}");
    text.replace(never, "")
}

/// The words for what only an account with a key record has, and for who helps where there is none.
fn words(language: Language) -> ([&'static str; 3], &'static str) {
    match language {
        Language::English => (["recovery code", "last password", "old password"], "operator"),
        Language::German => (
            ["Wiederherstellungscode", "letzten Passwort", "alten Passwort"],
            "Betreiber",
        ),
    }
}

#[test]
fn whoever_has_no_recovery_code_is_told_of_the_operator_and_of_time() {
    let sign_in = Link::sign_in(&base());
    for language in [Language::English, Language::German] {
        let (of_a_record, operator) = words(language);
        for occasion in [
            Occasion::ResetAsked { reset: reset() },
            Occasion::ResetWhileFrozen { until: Some(UNTIL) },
            Occasion::PasswordReset,
            Occasion::PasswordChanged,
            Occasion::Frozen { until: Some(UNTIL) },
            Occasion::Lifted,
            Occasion::DeletionAsked {
                until: UNTIL,
                by: TakenBackBy::Operator,
            },
            Occasion::DeletionTakenBack,
        ] {
            let text = text(occasion, Backup::Open, language);
            for word in of_a_record {
                assert!(!text.contains(word), "{word} in {text}");
            }
            assert!(
                !text.split(' ').any(|word| word == sign_in.expose_text()),
                "{text}"
            );
            assert!(text.contains(operator), "{text}");
        }
    }
}

#[test]
fn whoever_has_a_recovery_code_is_told_of_it() {
    for language in [Language::English, Language::German] {
        let ([code, last, _], _) = words(language);
        for occasion in [
            Occasion::ResetAsked { reset: reset() },
            Occasion::PasswordReset,
            Occasion::PasswordChanged,
            Occasion::DeletionTakenBack,
        ] {
            let text = text(occasion, Backup::Locked, language);
            assert!(text.contains(code) && text.contains(last), "{text}");
        }
        for occasion in [
            Occasion::ResetWhileFrozen { until: None },
            Occasion::Frozen { until: None },
            Occasion::Lifted,
        ] {
            let text = text(occasion, Backup::Locked, language);
            assert!(text.contains(code), "{text}");
        }
    }
}
