//! Every letter in German.

use keyhaven_storage::Timestamp;

use super::{Backup, News, Occasion, TakenBackBy, Wording};
use crate::clock::CivilTime;

const NEVER: &str = "Wir fragen nie nach Ihrem Wiederherstellungscode, weder per E-Mail noch auf der Seite hinter einem Link in einer E-Mail.";
const NOTHING_TO_DO: &str = "Wenn Sie das waren, müssen Sie nichts tun.";
const WAYS_BACK: &str = "Holen Sie sich das Konto danach auf der Anmeldeseite zurück, mit Ihrem letzten Passwort oder mit Ihrem Wiederherstellungscode:";
const WAIT: &str = "Was überschrieben oder gelöscht wurde, bleibt 30 Tage lang aufbewahrt, und der Betreiber dieses Dienstes kann es zurückholen. Eingefroren bleibt das Konto 14 Tage lang, oder bis der Betreiber es vorher aufhebt; kein Passwort und kein Code tut das. Setzen Sie danach ein neues Passwort:";
const FREEZE: &str = "Das war ich nicht";

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// `21. November 2026 um 12:34 Uhr UTC`.
fn when(time: Timestamp) -> String {
    let CivilTime {
        year,
        month,
        day,
        hour,
        minute,
        ..
    } = CivilTime::of(time);
    let month = MONTHS
        .get(usize::from(month).saturating_sub(1))
        .copied()
        .unwrap_or_default();
    format!("{day}. {month} {year} um {hour:02}:{minute:02} Uhr UTC")
}

/// The letter about this news of the service of this name.
pub(super) fn wording<'a>(news: &'a News, name: &str) -> Wording<'a> {
    let address = news.address.as_str();
    let at = when(news.at);
    let letter = match &news.occasion {
        Occasion::ResetAsked { reset } => Wording::new(
            format!("Neues Passwort für Ihr {name}-Konto"),
            "Der Link gilt 30 Minuten. Ohne ihn ändert sich nichts.",
        )
        .text(reset_asked(name, address, &at))
        .text("Wenn Sie eines setzen möchten, öffnen Sie innerhalb von 30 Minuten diesen Link:")
        .main("Neues Passwort setzen", reset)
        .text("Nichts ändert sich, bevor Sie den Link öffnen und ein Passwort wählen. Der Link gilt einmal.")
        .text(match news.backup {
            Backup::Locked => "Mit dem neuen Passwort können Sie sich anmelden. Ihre Sicherung entsperrt es nicht: Dafür brauchen Sie Ihren Wiederherstellungscode oder Ihr altes Passwort. Bis dahin bleibt Ihre Sicherung, wie sie ist.",
            Backup::Open => "Mit dem neuen Passwort können Sie sich anmelden und lesen, was Sie gespeichert haben.",
        })
        .text("Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist. Kommen solche E-Mails immer wieder, kennt jemand Ihre Adresse, mehr nicht."),
        Occasion::ResetOfUnconfirmedAsked { reset } => Wording::new(
            format!("Passwort für ein neues {name}-Konto"),
            "Der Link gilt 30 Minuten und legt ein neues, leeres Konto an.",
        )
        .text(reset_asked(name, address, &at))
        .text("Noch hat niemand bestätigt, dass ihm diese Adresse gehört. Vielleicht hat sich also jemand anderes damit registriert. Der Link unten legt deshalb ein neues, leeres Konto für Sie an. Was vorher unter dieser Adresse gespeichert wurde, öffnet er nicht; es wird beiseitegelegt und nach 30 Tagen entfernt.")
        .text("Wenn Sie sich selbst registriert und etwas gespeichert haben, benutzen Sie diesen Link nicht. Öffnen Sie die E-Mail, die bei der Registrierung kam, bestätigen Sie Ihre Adresse, und fordern Sie dann noch einmal ein neues Passwort an.")
        .text("Wenn Sie das neue Konto anlegen möchten, öffnen Sie innerhalb von 30 Minuten diesen Link:")
        .main("Passwort setzen", reset)
        .text("Nichts ändert sich, bevor Sie den Link öffnen und ein Passwort wählen. Der Link gilt einmal. Wenn Sie das nicht waren, müssen Sie nichts tun."),
        Occasion::ResetWhileFrozen { until } => {
            let letter = Wording::new(
                format!("Ihr {name}-Konto ist eingefroren: kein neues Passwort per E-Mail"),
                "Jemand hat ein neues Passwort angefordert. Was Sie stattdessen tun können.",
            )
            .text(reset_asked(name, address, &at))
            .text("Das Konto ist eingefroren. Solange das so ist, wird kein Passwort per E-Mail gesetzt. Es wurde nichts geändert.")
            .text(lifted_by(*until));
            match until {
                None => letter
                    .text("Wenn Sie Ihr Passwort vergessen haben, setzen Sie auf der Anmeldeseite mit Ihrem Wiederherstellungscode ein neues. Dafür braucht es keine E-Mail, und das Konto ist danach auch nicht mehr eingefroren:")
                    .main("Zur Anmeldeseite", &news.sign_in),
                Some(_) => letter
                    .text("Wenn Sie Ihr Passwort vergessen haben, fordern Sie danach ein neues an:")
                    .main("Neues Passwort anfordern", &news.ask_for_reset),
            }
            .text("Wenn Sie das nicht waren, müssen Sie nichts tun.")
        }
        Occasion::SignUpTaken => Wording::new(
            format!("Sie haben schon ein {name}-Konto"),
            "Jemand wollte sich mit Ihrer Adresse registrieren. Es wurde nichts geändert.",
        )
        .text(format!("Jemand, vielleicht Sie selbst, wollte am {at} ein {name}-Konto für {address} anlegen."))
        .text("Sie haben schon ein Konto, und es wurde nichts geändert.")
        .text("Wenn Sie das waren, melden Sie sich wie gewohnt an. Wenn Sie Ihr Passwort vergessen haben, fordern Sie hier ein neues an:")
        .main("Neues Passwort anfordern", &news.ask_for_reset)
        .text("Wenn Sie das nicht waren, müssen Sie nichts tun: Niemand hat erfahren, dass Sie ein Konto haben."),
        Occasion::SignedUp { confirm, until } => Wording::new(
            format!("Bestätigen Sie Ihre Adresse für {name}"),
            format!("Ohne Bestätigung wird das Konto am {} entfernt.", when(*until)),
        )
        .text(format!("Jemand, vielleicht Sie selbst, hat am {at} ein {name}-Konto für {address} angelegt."))
        .text("Wenn Sie das waren, bestätigen Sie, dass dies Ihre Adresse ist:")
        .main("Diese Adresse bestätigen", confirm)
        .text(format!("Bis dahin fasst das Konto höchstens 1 MiB. Ohne Bestätigung wird es am {} entfernt, mit allem, was darin gespeichert ist.", when(*until)))
        .text("Wenn Sie das nicht waren, müssen Sie nichts tun. Bestätigen Sie dann bitte nicht: Sonst hätte jemand anderes ein Konto mit Ihrer Adresse. Oder übernehmen Sie die Adresse, indem Sie ein eigenes Passwort anfordern. Was die andere Person gespeichert hat, bekommen Sie nicht zu sehen; es wird beiseitegelegt und entfernt:")
        .side("Adresse übernehmen", &news.ask_for_reset),
        Occasion::PasswordChanged => Wording::new(
            format!("Das Passwort Ihres {name}-Kontos wurde geändert"),
            format!("Am {at}. Alle Geräte wurden abgemeldet."),
        )
        .text(format!("Das Passwort des {name}-Kontos {address} wurde am {at} geändert, von jemandem, der das Passwort davor kannte. Alle Geräte wurden abgemeldet."))
        .text("Wenn Sie sich gerade angemeldet hatten und Ihr Passwort weiter gilt, ist es dasselbe: Die App hat erneuert, wie es geschützt ist.")
        .text(NOTHING_TO_DO),
        Occasion::PasswordReset => Wording::new(
            format!("Für Ihr {name}-Konto wurde ein neues Passwort gesetzt"),
            format!("Über einen Link per E-Mail, am {at}. Alle Geräte wurden abgemeldet."),
        )
        .text(format!("Für das {name}-Konto {address} wurde am {at} ein neues Passwort gesetzt, über einen Link in einer E-Mail an dieses Postfach. Alle Geräte wurden abgemeldet."))
        .text(match news.backup {
            Backup::Locked => "Wer es gesetzt hat, kann sich anmelden. Ihre Sicherung bleibt dabei gesperrt: Das neue Passwort entsperrt nichts, und bevor sie mit dem Wiederherstellungscode oder dem alten Passwort entsperrt ist, lässt sich nichts überschreiben oder löschen.",
            Backup::Open => "Wer es gesetzt hat, kann sich anmelden und lesen, was gespeichert ist. Was überschrieben oder gelöscht wird, lässt sich 30 Tage lang zurückholen.",
        })
        .text(NOTHING_TO_DO),
        Occasion::PasswordPutBack { until } => Wording::new(
            format!("Das letzte Passwort Ihres {name}-Kontos gilt wieder"),
            format!("Seit {at}. Alle Geräte wurden abgemeldet."),
        )
        .text(format!("Am {at} hat jemand, der das letzte Passwort des {name}-Kontos {address} kennt, es an Stelle des jetzigen wieder in Kraft gesetzt. Alle Geräte wurden abgemeldet."))
        .text_if(until.map(|until| format!("Vielleicht erheben nun zwei Personen Anspruch auf dieses Konto. Deshalb ist es strittig: Alles kann gelesen werden, nichts lässt sich überschreiben, löschen oder ändern. Wer sich anmeldet und den Wiederherstellungscode eingibt, beendet das sofort. Sonst endet es am {}.", when(until))))
        .text(NOTHING_TO_DO),
        Occasion::RecoveredByCode => Wording::new(
            format!("Ihr {name}-Konto wurde mit dem Wiederherstellungscode zurückgeholt"),
            format!("Am {at} wurde ein neues Passwort gesetzt. Alle Geräte wurden abgemeldet."),
        )
        .text(format!("Am {at} hat jemand für das {name}-Konto {address} mit dem Wiederherstellungscode ein neues Passwort gesetzt. Alle Geräte wurden abgemeldet."))
        .text(NOTHING_TO_DO)
        .text("Wenn Sie das nicht waren, hat jemand Ihren Wiederherstellungscode und kann Ihre Sicherung lesen. Machen Sie dann einen neuen Wiederherstellungscode, sobald Sie wieder Zugang haben."),
        Occasion::NewRecoveryCode { former_until: None } => Wording::new(
            format!("Ihr {name}-Konto hat einen neuen Wiederherstellungscode"),
            format!("Seit {at}. Der Code davor öffnet nichts mehr."),
        )
        .text(format!("Das {name}-Konto {address} hat seit {at} einen neuen Wiederherstellungscode. Wer ihn gemacht hat, hatte den Code davor. Dieser öffnet nichts mehr: Werfen Sie ihn weg."))
        .text(NOTHING_TO_DO),
        Occasion::NewRecoveryCode { former_until: Some(until) } => Wording::new(
            format!("Ihr {name}-Konto hat einen neuen Wiederherstellungscode"),
            format!("Seit {at}. Der Code davor öffnet nichts mehr und kann bis {} noch einen Streit entscheiden.", when(*until)),
        )
        .text(format!("Das {name}-Konto {address} hat seit {at} einen neuen Wiederherstellungscode. Er wurde gemacht, ohne den Code davor einzugeben."))
        .text(format!("Wenn Sie das waren, müssen Sie nichts tun. Verwenden Sie den neuen Code; der davor öffnet nichts mehr. Nur um einen Streit um das Konto zu entscheiden oder es sofort zu löschen, braucht es bis {} den Code davor.", when(*until)))
        .text(format!("Wenn Sie das nicht waren, kennt jemand Ihr Passwort. Behalten Sie den Code, den Sie haben: Bis {} zählt er. Melden Sie sich an, ändern Sie Ihr Passwort und machen Sie einen neuen Wiederherstellungscode, indem Sie den eingeben, den Sie haben. Wenn Sie sich nicht anmelden können, setzen Sie auf der Anmeldeseite Ihr letztes Passwort wieder in Kraft und geben Sie den Code ein, den Sie haben: Dann gilt er wieder, und der andere öffnet nichts.", when(*until))),
        Occasion::NewBackupKey => Wording::new(
            format!("Ihr {name}-Konto hat einen neuen Sicherungsschlüssel"),
            format!("Seit {at}. Der Wiederherstellungscode davor öffnet nichts mehr."),
        )
        .text(format!("Der Sicherungsschlüssel des {name}-Kontos {address} wurde am {at} ersetzt, und mit ihm der Wiederherstellungscode. Wer den alten Schlüssel oder den alten Code hat, liest nichts von dem, was von nun an gespeichert wird; was vorher gelesen wurde, kann kopiert sein. Alle anderen Geräte wurden abgemeldet."))
        .text(NOTHING_TO_DO),
        Occasion::AddressChangeAsked {
            confirm,
            new_address,
            until,
        } => {
            let letter = Wording::new(
                format!("Ihr {name}-Konto soll zu einer anderen Adresse umziehen"),
                "Beide Adressen müssen es bestätigen. Noch hat sich nichts geändert.",
            )
            .text(format!("Am {at} wollte jemand, der Ihr Passwort kennt, mit dem {name}-Konto {address} zu der Adresse {new_address} umziehen."))
            .text(format!("Noch hat sich nichts geändert. Es geschieht nur, wenn beide Adressen es bis {} bestätigen.", when(*until)));
            match confirm {
                Some(confirm) => letter
                    .text("Wenn Sie das waren, bestätigen Sie es für die jetzige Adresse:")
                    .main("Umzug bestätigen", confirm),
                None => letter.text("Das ist nicht mehr möglich: Es wurde zurückgenommen, oder am Konto hat sich seitdem etwas anderes geändert."),
            }
        }
        Occasion::NewAddressAsked { confirm, until } => {
            let letter = Wording::new(
                format!("Bestätigen Sie diese Adresse für ein {name}-Konto"),
                "Noch hat sich nichts geändert. Wenn Sie das nicht waren, müssen Sie nichts tun.",
            )
            .text(format!("Am {at} wollte jemand, vielleicht Sie selbst, mit einem {name}-Konto zu der Adresse {address} umziehen."));
            match confirm {
                Some(confirm) => letter
                    .text(format!("Wenn Sie das waren, bestätigen Sie bis {}, dass dies Ihre Adresse ist. Die jetzige Adresse muss es auch bestätigen:", when(*until)))
                    .main("Diese Adresse bestätigen", confirm),
                None => letter.text("Das ist nicht mehr möglich: Es wurde zurückgenommen, oder am Konto hat sich seitdem etwas anderes geändert."),
            }
            .text("Wenn Sie das nicht waren, müssen Sie nichts tun: Ohne Ihre Bestätigung geschieht nichts.")
        }
        Occasion::TakenAddressAsked => Wording::new(
            format!("Jemand wollte mit einem {name}-Konto zu Ihrer Adresse umziehen"),
            "Sie haben schon ein Konto. Es wurde nichts geändert, und das bleibt so.",
        )
        .text(format!("Am {at} wollte jemand mit einem anderen {name}-Konto zu der Adresse {address} umziehen."))
        .text("Sie haben ein Konto mit dieser Adresse, deshalb geht das nicht. Es wurde nichts geändert, und Sie müssen nichts tun. Wenn Sie das waren, löschen Sie zuerst eines der beiden Konten."),
        Occasion::MovedAway { new_address } => Wording::new(
            format!("Ihr {name}-Konto ist zu einer anderen Adresse umgezogen"),
            format!("Seit {at} ist seine Adresse {new_address}."),
        )
        .text(format!("Das {name}-Konto {address} ist umgezogen: Seit {at} ist seine Adresse {new_address}. Beide Adressen haben das bestätigt. Alle Geräte wurden abgemeldet; melden Sie sich von nun an mit der neuen Adresse an."))
        .text(NOTHING_TO_DO),
        Occasion::MovedHere => Wording::new(
            format!("Ihr {name}-Konto hat jetzt diese Adresse"),
            format!("Seit {at}. Melden Sie sich von nun an mit ihr an."),
        )
        .text(format!("Ihr {name}-Konto ist umgezogen: Seit {at} ist seine Adresse {address}. Beide Adressen haben das bestätigt. Alle Geräte wurden abgemeldet; melden Sie sich von nun an mit dieser Adresse an."))
        .text(NOTHING_TO_DO),
        Occasion::Frozen { until } => {
            let letter = Wording::new(
                format!("Ihr {name}-Konto ist eingefroren"),
                "Alles bleibt erhalten. Was jetzt möglich ist, und wie es weitergeht.",
            )
            .text(format!("Das {name}-Konto {address} wurde am {at} eingefroren. Alle Geräte wurden abgemeldet."))
            .text("Was gespeichert ist, bleibt. Es kann gelesen werden; nichts lässt sich überschreiben, löschen oder ändern, und es wird kein Passwort per E-Mail gesetzt.")
            .text(lifted_by(*until));
            match until {
                None => letter.main("Zur Anmeldeseite", &news.sign_in),
                Some(_) => letter
                    .text("Setzen Sie danach ein neues Passwort:")
                    .main("Neues Passwort anfordern", &news.ask_for_reset),
            }
            .text("Wenn Sie das nicht waren, liest jemand Ihre E-Mails: Ändern Sie zuerst das Passwort Ihres Postfachs.")
        }
        Occasion::Lifted => {
            let letter = Wording::new(
                format!("Ihr {name}-Konto ist nicht mehr eingefroren"),
                format!("Seit {at}. Links in älteren E-Mails frieren es nicht mehr ein."),
            );
            match news.backup {
                Backup::Locked => letter
                    .text(format!("Das {name}-Konto {address} ist seit {at} nicht mehr eingefroren: Die Sicherung wurde entsperrt, oder der Betreiber dieses Dienstes hat es aufgehoben. Links in älteren E-Mails frieren es nicht mehr ein."))
                    .text(NOTHING_TO_DO)
                    .text("Wenn Sie das nicht waren, kann jemand Ihre Sicherung entsperren. Melden Sie sich an, und machen Sie einen neuen Wiederherstellungscode und ein neues Passwort:")
                    .main("Zur Anmeldeseite", &news.sign_in),
                Backup::Open => letter
                    .text(format!("Das {name}-Konto {address} ist seit {at} nicht mehr eingefroren: Der Betreiber dieses Dienstes hat es aufgehoben. Links in älteren E-Mails frieren es nicht mehr ein."))
                    .text("Wenn Sie nicht darum gebeten haben, schreiben Sie dem Betreiber dieses Dienstes. Wenn jemand anderes Ihr Passwort kennen könnte, setzen Sie ein neues:")
                    .main("Neues Passwort anfordern", &news.ask_for_reset),
            }
        }
        Occasion::DisputeDecided => Wording::new(
            format!("Ihr {name}-Konto ist nicht mehr strittig"),
            format!("Am {at} hat der Wiederherstellungscode entschieden."),
        )
        .text(format!("Zwei Personen erhoben Anspruch auf das {name}-Konto {address}. Am {at} hat sich eine von ihnen angemeldet und den Wiederherstellungscode eingegeben, der entscheidet. Das Passwort der anderen gilt nicht mehr, und alles ist wieder möglich."))
        .text(NOTHING_TO_DO)
        .text("Wenn Sie das nicht waren, hat jemand Ihren Wiederherstellungscode und kann Ihre Sicherung lesen. Schreiben Sie dem Betreiber dieses Dienstes."),
        Occasion::DeletionAsked { until, by } => Wording::new(
            format!("Ihr {name}-Konto wird gelöscht"),
            format!("Am {}. Bis dahin lässt es sich zurücknehmen.", when(*until)),
        )
        .text(format!("Am {at} hat jemand, der das Passwort kennt, oder der Betreiber dieses Dienstes das {name}-Konto {address} gelöscht."))
        .text(format!("Es wird am {} mit allem entfernt, was darin gespeichert ist. Bis dahin kann es noch gelesen werden. {}", when(*until), match by {
            TakenBackBy::Owner => "Wer sich anmeldet, kann die Löschung zurücknehmen.",
            TakenBackBy::Operator => "Ihre App kann die Löschung nicht zurücknehmen: Bitten Sie bis dahin den Betreiber dieses Dienstes darum.",
        }))
        .text(NOTHING_TO_DO),
        Occasion::DeletionTakenBack => Wording::new(
            format!("Ihr {name}-Konto wird nicht gelöscht"),
            format!("Das wurde am {at} zurückgenommen."),
        )
        .text(format!("Die Löschung des {name}-Kontos {address} wurde am {at} zurückgenommen. Alles ist da wie vorher."))
        .text(NOTHING_TO_DO),
        Occasion::AccountRemoved => Wording::new(
            format!("Ihr {name}-Konto wurde entfernt"),
            format!("Am {at}, mit allem, was darin gespeichert war."),
        )
        .text(format!("Das {name}-Konto {address} wurde am {at} mit allem entfernt, was darin gespeichert war, so wie es mit seinem Passwort verlangt oder vom Betreiber dieses Dienstes entschieden wurde. Niemand kann es zurückholen."))
        .text("Sie können sich jederzeit gern wieder registrieren."),
    };
    closing(letter, news, name)
}

/// What every letter ends with: the way to say no, and what we never do.
fn closing<'a>(letter: Wording<'a>, news: &'a News, name: &str) -> Wording<'a> {
    let letter = match &news.freeze {
        Some(freeze) => {
            let letter = letter
                .text("Wenn Sie das nicht waren, frieren Sie das Konto ein. Dann bleibt alles erhalten; niemand kann etwas überschreiben, löschen oder ändern, es wird kein Passwort per E-Mail gesetzt, und alle Geräte werden abgemeldet. Die Seite hinter diesem Link fragt, bevor sie etwas tut. Der Link gilt einmal, 14 Tage lang:")
                .side(FREEZE, freeze);
            match news.backup {
                Backup::Locked => letter.text(WAYS_BACK).side("Zur Anmeldeseite", &news.sign_in),
                Backup::Open => letter
                    .text(WAIT)
                    .side("Neues Passwort anfordern", &news.ask_for_reset),
            }
        }
        None => letter,
    };
    letter.text(NEVER).small(format!(
        "{name} hat diese E-Mail an {} geschickt, weil es um ein Konto mit dieser Adresse geht.",
        news.address
    ))
}

fn reset_asked(name: &str, address: &str, at: &str) -> String {
    format!(
        "Jemand, vielleicht Sie selbst, hat am {at} ein neues Passwort für das {name}-Konto {address} angefordert."
    )
}

fn lifted_by(until: Option<Timestamp>) -> String {
    match until {
        None => "Um das aufzuheben, melden Sie sich an und geben Sie Ihren Wiederherstellungscode ein, oder entsperren Sie Ihre Sicherung und sagen Sie, dass Sie es waren.".to_owned(),
        Some(until) => format!("Es wird am {} von selbst aufgehoben, oder vorher vom Betreiber dieses Dienstes: Bitten Sie ihn darum, und sagen Sie ihm, warum.", when(until)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_out() {
        assert_eq!(when(Timestamp(1_772_798_400)), "6. März 2026 um 12:00 Uhr UTC");
    }
}
