use std::path::PathBuf;

use super::*;
use crate::mail::SmtpSecurity;

const WITH_SECRET: &str =
    "mail.from = 'a@a.example'\n[mail.smtp]\nhost = 'localhost'\nuser = 'u'\npassword = 'p'\n";

fn from_environment(variables: &[(&str, &str)]) -> Result<Loaded, LoadError> {
    load(
        None,
        variables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned())),
        &[],
    )
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn every_setting_can_be_set_by_the_environment() {
    let samples = |place: &str| -> String {
        match place {
            "listen" => "127.0.0.1:9999",
            "metrics" => "127.0.0.1:9998",
            "base_url" => "http://localhost:8000",
            "trusted_proxies" => "[\"10.0.0.1\"]",
            "allowed_origins" => "[\"https://app.example.org\"]",
            "accounts.taken_address" => "private",
            "accounts.confirmation" => "off",
            "accounts.sweep_seconds" => "6",
            "accounts.quota_bytes" => "1000",
            "accounts.wrong_passwords" => "3",
            "accounts.wrong_password_seconds" => "7",
            "accounts.sign_ups" => "4",
            "accounts.sign_up_seconds" => "8",
            "accounts.reset_requests" => "5",
            "accounts.reset_request_seconds" => "9",
            "accounts.guesses" => "6",
            "accounts.guess_seconds" => "10",
            "accounts.kdf" => "[{ memory_kib = 32768, passes = 4, lanes = 1 }]",
            "load.connections" => "12",
            "load.connections_per_network" => "11",
            "load.requests" => "13",
            "mail.from" => "a@example.org",
            "mail.language" => "de",
            "mail.outbox" => "true",
            "mail.smtp.host" => "127.0.0.1",
            "mail.smtp.port" => "2525",
            "mail.smtp.security" => "tls",
            "log.format" => "json",
            "log.level" => "debug",
            "development.mail_on_get" => "true",
            _ => place,
        }
        .to_owned()
    };
    let variables: Vec<_> = ALL
        .iter()
        .map(|setting| (setting.variable(), samples(&setting.place.join("."))))
        .collect();
    let config = load(None, variables, &[]).unwrap().config;
    let default = Value::try_from(Config::default()).unwrap();
    let changed = Value::try_from(&config).unwrap();
    for setting in ALL {
        let find = |value: &Value| {
            setting
                .place
                .iter()
                .try_fold(value.clone(), |at, key| at.get(key).cloned())
        };
        assert_ne!(find(&changed), find(&default), "{}", setting.variable());
    }
    assert_eq!(config.mail.smtp.unwrap().security, SmtpSecurity::Tls);
}

#[test]
fn every_setting_of_the_file_has_its_variable() {
    fn places(value: &Value, here: &str, found: &mut Vec<String>) {
        match value {
            Value::Table(table) => table
                .iter()
                .for_each(|(key, value)| places(value, &format!("{here}_{key}"), found)),
            _ => found.push(format!("KEYHAVEN{}", here.to_ascii_uppercase())),
        }
    }
    let full = file(
        "app = 'a'\nmetrics = '127.0.0.1:9998'\nbase_url = 'http://localhost:8000'\n[mail]\nfrom = 'a@a.example'\nlogo = 'l'\n[mail.smtp]\nhost = 'localhost'\nuser = 'u'\npassword = 'p'\nca_file = 'c'\n\
         [development]\nclock_offset_file = 'c'\n",
    );
    let config = load(Some(full.path()), [], &[]).unwrap().config;
    let mut found = Vec::new();
    places(&Value::try_from(config).unwrap(), "", &mut found);
    found.sort();
    let mut known: Vec<_> = ALL.iter().map(Setting::variable).collect();
    known.sort();
    assert_eq!(found, known);
}

#[test]
fn every_setting_is_explained_to_operators() {
    let page = include_str!("../../../../../docs/operating.md");
    for setting in ALL {
        let row = format!("| `{}` |", setting.place.join("."));
        assert!(page.contains(&row), "{row}");
    }
    let (_, section) = page.split_once("\n## Settings\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.matches("\n| `").count();
    assert_eq!(rows, ALL.len(), "rows that are no setting");
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let file = file("listen = '127.0.0.1:1'\ndata = 'from-file'\n[log]\nlevel = 'warn'\n");
    let variables = [
        ("KEYHAVEN_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
        ("KEYHAVEN_DATA".to_owned(), "from-environment".to_owned()),
        ("KEYHAVEN_CONFIG".to_owned(), "ignored here".to_owned()),
        ("PATH".to_owned(), "of others".to_owned()),
    ];
    let config = load(
        Some(file.path()),
        variables,
        &[(&["listen"], "127.0.0.1:3".to_owned())],
    )
    .unwrap()
    .config;
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.data, PathBuf::from("from-environment"));
    assert_eq!(config.log.level, crate::config::LogLevel::Warn);
}

#[test]
fn what_is_never_shown_is_a_secret_among_the_settings() {
    let shown = Value::try_from(load(Some(file(WITH_SECRET).path()), [], &[]).unwrap().config).unwrap();
    for setting in ALL {
        let at = setting.place.iter().try_fold(&shown, |at, key| at.get(key));
        let is_redacted = at.and_then(Value::as_str) == Some("(redacted)");
        assert_eq!(
            is_redacted,
            setting.kind == Kind::Secret,
            "{}",
            setting.variable()
        );
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_is_not_for_everybody() {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};
    let open = |text: &str, mode: u32| {
        let file = file(text);
        std::fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
        load(Some(file.path()), [], &[]).map(|_| ())
    };
    let plain = WITH_SECRET.replace("user = 'u'\npassword = 'p'\n", "");
    for mode in [0o600, 0o640, 0o400] {
        open(WITH_SECRET, mode).unwrap();
    }
    open(&plain, 0o644).unwrap();
    let refused = open(WITH_SECRET, 0o644).unwrap_err();
    assert!(
        matches!(&refused, LoadError::Exposed { setting, .. } if setting == "mail.smtp.password"),
        "{refused}"
    );
}

#[test]
fn what_is_no_toml_is_told_by_its_line() {
    for (text, at) in [
        ("listen = '127.0.0.1:1'\ndata = oops\n", 2),
        ("\n\n[accounts]\nquota_bytes = 9223372036854775808\n", 4),
        ("listen", 1),
    ] {
        let error = load(Some(file(text).path()), [], &[]).unwrap_err();
        assert!(
            matches!(error, LoadError::Toml { line, .. } if line == at),
            "{error}"
        );
    }
}

#[test]
fn a_misspelt_setting_is_refused_in_the_file_and_told_in_the_environment() {
    let loaded = from_environment(&[("KEYHAVEN_LISTN", "x")]).unwrap();
    assert_eq!(loaded.ignored_variables, ["KEYHAVEN_LISTN"]);
    let file = file("[mail]\nform = 'x'\n");
    assert!(matches!(
        load(Some(file.path()), [], &[]),
        Err(LoadError::Shape { .. })
    ));
}

#[test]
fn no_error_quotes_a_secret() {
    let broken = file("[mail.smtp]\nhost = 'localhost'\npassword = 'hunter2\n");
    let wrong_kind = file("[mail.smtp]\nhost = 'localhost'\nuser='u'\npassword = ['hunter2']\n");
    let number = file("[mail.smtp]\nhost = 'localhost'\nuser='u'\npassword = 47110815\n");
    for file in [broken, wrong_kind, number] {
        let error = load(Some(file.path()), [], &[]).unwrap_err();
        assert!(
            !["hunter2", "47110815"]
                .iter()
                .any(|secret| format!("{error} {error:?}").contains(secret)),
            "{error:?}"
        );
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_where_it_stands() {
    let file = file("trusted_proxies = ['10.0.0.1', '10.0.0.0/8']\n[accounts]\nsweep_seconds = 'x'\n");
    let said = |path: &Path, variables: &[(&str, &str)], words: &[(&'static [&'static str], String)]| {
        let variables = variables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        load(Some(path), variables, words).unwrap_err().to_string()
    };
    let name = file.path().display().to_string();
    let proxy = "setting trusted_proxies[1]: invalid IP address syntax; each proxy is named by its own address, ranges are not taken";
    let others_fine = [("KEYHAVEN_ACCOUNTS_SWEEP_SECONDS", "5")];
    assert_eq!(said(file.path(), &others_fine, &[]), format!("{name}, {proxy}"));
    assert_eq!(
        said(file.path(), &[("KEYHAVEN_TRUSTED_PROXIES", "[]")], &[]),
        format!("{name}, setting accounts.sweep_seconds: invalid type: string \"x\", expected u64")
    );
    let by_variable = [("KEYHAVEN_LISTEN", "here")];
    let wrong = "setting listen: invalid socket address syntax";
    assert_eq!(
        from_environment(&by_variable).unwrap_err().to_string(),
        format!("the environment variable KEYHAVEN_LISTEN, {wrong}")
    );
    let both = said(
        file.path(),
        &[by_variable.as_slice(), &others_fine].concat(),
        &[(&["listen"], "there".to_owned())],
    );
    assert_eq!(both, format!("the command line, {wrong}"));
    let half = from_environment(&[("KEYHAVEN_MAIL_SMTP_PORT", "25")]).unwrap_err();
    assert_eq!(
        half.to_string(),
        "the environment, setting mail.smtp: missing field `host`"
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    for (name, text) in [
        ("KEYHAVEN_ACCOUNTS_QUOTA_BYTES", "much"),
        ("KEYHAVEN_MAIL_SMTP_PORT", "25 x"),
    ] {
        assert!(
            matches!(from_environment(&[(name, text)]), Err(LoadError::Variable { .. })),
            "{name}"
        );
    }
    assert!(matches!(
        from_environment(&[("KEYHAVEN_LISTEN", "here")]),
        Err(LoadError::Shape { .. })
    ));
    let file = file("mail = 'x'\n");
    let refused = load(
        Some(file.path()),
        [("KEYHAVEN_MAIL_FROM".to_owned(), "a@b.c".to_owned())],
        &[],
    );
    assert!(matches!(refused, Err(LoadError::Variable { .. })));
}
