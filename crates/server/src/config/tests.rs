use keyhaven_protocol::kdf::Argon2Params;

use super::*;
use crate::clock::Day;

fn with(change: impl FnOnce(&mut Config)) -> Result<(), ConfigError> {
    let mut config = Config::default();
    change(&mut config);
    config.check()
}

fn smtp(host: &str, security: SmtpSecurity) -> SmtpConfig {
    SmtpConfig {
        host: host.to_owned(),
        port: 25,
        security,
        user: None,
        password: None,
        ca_file: None,
    }
}

#[test]
fn the_defaults_run_on_loopback() {
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|config| config.listen = "[::1]:0".parse().unwrap()), Ok(()));
}

#[test]
fn in_public_a_base_for_links_is_required() {
    let public: SocketAddr = "0.0.0.0:80".parse().unwrap();
    assert_eq!(with(|config| config.listen = public), Err(ConfigError::NoBaseUrl));
    let configured = with(|config| {
        config.listen = public;
        config.base_url = Some("https://keys.example.org".parse().unwrap());
        config.mail.outbox = true;
    });
    assert_eq!(configured, Ok(()));
}

#[test]
fn in_public_letters_go_out_unless_the_outbox_is_asked_for() {
    let reached_at = |base: &str, change: fn(&mut MailConfig)| {
        with(|config| {
            config.base_url = Some(base.parse().unwrap());
            change(&mut config.mail);
        })
    };
    for base in ["https://keys.example.org", "https://192.0.2.1:8443"] {
        assert_eq!(reached_at(base, |_| {}), Err(ConfigError::NoMailServer), "{base}");
        assert_eq!(reached_at(base, |mail| mail.outbox = true), Ok(()), "{base}");
    }
    for base in [
        "http://127.0.0.1:8000",
        "http://localhost",
        "http://[::1]:8000",
        "https://[::1]",
    ] {
        assert_eq!(reached_at(base, |_| {}), Ok(()), "{base}");
    }
}

#[test]
fn letters_that_leave_the_machine_are_not_from_localhost() {
    let from = |base: Option<&str>, host: &str, from: Option<&str>| {
        with(|config| {
            config.base_url = base.map(|base| base.parse().unwrap());
            config.mail.smtp = Some(smtp(host, SmtpSecurity::Starttls));
            if let Some(from) = from {
                config.mail.from = from.to_owned();
            }
        })
    };
    let public = Some("https://keys.example.org");
    for (base, host) in [(public, "127.0.0.1"), (None, "mail.example.org")] {
        for nowhere in [None, Some("Keys <keys@localhost>"), Some("keys@LocalHost")] {
            assert_eq!(
                from(base, host, nowhere),
                Err(ConfigError::FromNowhere),
                "{nowhere:?}"
            );
        }
        assert_eq!(from(base, host, Some("Keys <keys@example.org>")), Ok(()));
    }
    assert_eq!(from(None, "127.0.0.1", None), Ok(()), "a relay that is tried out");
}

#[test]
fn development_switches_do_not_leave_loopback() {
    let public = |config: &mut Config| {
        config.listen = "192.0.2.1:80".parse().unwrap();
        config.base_url = Some("https://keys.example.org".parse().unwrap());
    };
    let mails = with(|config| {
        public(config);
        config.development.mail_on_get = true;
    });
    assert_eq!(mails, Err(ConfigError::DevelopmentInPublic));
    let clock = with(|config| {
        public(config);
        config.development.clock_offset_file = Some("offset".into());
    });
    assert_eq!(clock, Err(ConfigError::DevelopmentInPublic));
    let behind_a_proxy = with(|config| {
        config.base_url = Some("https://keys.example.org".parse().unwrap());
        config.mail.outbox = true;
        config.development.mail_on_get = true;
    });
    assert_eq!(behind_a_proxy, Err(ConfigError::DevelopmentInPublic));
    assert_eq!(with(|config| config.development.mail_on_get = true), Ok(()));
}

#[test]
fn mail_crosses_no_network_in_clear() {
    for (host, security, expected) in [
        ("127.0.0.1", SmtpSecurity::None, Ok(())),
        ("localhost", SmtpSecurity::None, Ok(())),
        (
            "mail.example.org",
            SmtpSecurity::None,
            Err(ConfigError::MailInClear),
        ),
        ("mail.example.org", SmtpSecurity::Starttls, Ok(())),
    ] {
        assert_eq!(
            with(|config| {
                config.mail.from = "keys@example.org".to_owned();
                config.mail.smtp = Some(smtp(host, security));
            }),
            expected,
            "{host}"
        );
    }
    let half = with(|config| {
        config.mail.smtp = Some(SmtpConfig {
            user: Some("u".to_owned()),
            ..smtp("localhost", SmtpSecurity::None)
        });
    });
    assert_eq!(half, Err(ConfigError::HalfLogin));
    let with_login = |security| {
        with(|config| {
            config.mail.smtp = Some(SmtpConfig {
                user: Some("u".to_owned()),
                password: Some(Secret::from("p".to_owned())),
                ..smtp("localhost", security)
            });
        })
    };
    assert_eq!(with_login(SmtpSecurity::None), Err(ConfigError::LoginInClear));
    assert_eq!(with_login(SmtpSecurity::Starttls), Ok(()));
    assert_eq!(with_login(SmtpSecurity::Tls), Ok(()));
}

#[test]
fn what_is_out_of_bounds_is_named() {
    assert_eq!(
        with(|config| config.mail.from = "nobody".to_owned()),
        Err(ConfigError::From)
    );
    for name in ["", "  ", "a\nb", &"x".repeat(65)] {
        assert_eq!(
            with(|config| config.mail.name = (*name).to_owned()),
            Err(ConfigError::Name),
            "{name:?}"
        );
    }
    assert_eq!(with(|config| config.mail.name = "ü".repeat(64)), Ok(()));
    for seconds in [0, 86_401] {
        assert_eq!(
            with(|config| config.accounts.sweep_seconds = seconds),
            Err(ConfigError::Sweep)
        );
    }
    let nothing: [fn(&mut AccountsConfig); 8] = [
        |accounts| accounts.wrong_passwords = 0,
        |accounts| accounts.wrong_password_seconds = 0,
        |accounts| accounts.sign_ups = 0,
        |accounts| accounts.sign_up_seconds = 0,
        |accounts| accounts.reset_requests = 0,
        |accounts| accounts.reset_request_seconds = 0,
        |accounts| accounts.guesses = 0,
        |accounts| accounts.guess_seconds = 0,
    ];
    for change in nothing {
        assert_eq!(
            with(|config| change(&mut config.accounts)),
            Err(ConfigError::NoAttempts)
        );
    }
    let nobody: [fn(&mut LoadConfig); 3] = [
        |load| load.connections = 0,
        |load| load.connections_per_network = 0,
        |load| load.requests = 0,
    ];
    for change in nobody {
        assert_eq!(
            with(|config| change(&mut config.load)),
            Err(ConfigError::NoConnections)
        );
    }
    for origin in [
        "*",
        "https://app.example.org/",
        "https://app.example.org/app",
        "https://App.example.org",
        "app.example.org",
    ] {
        assert_eq!(
            with(|config| config.allowed_origins = vec![origin.to_owned()]),
            Err(ConfigError::Origin),
            "{origin}"
        );
    }
    let weak = KdfGeneration {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
        offered_from: Day::default(),
    };
    assert!(matches!(
        with(|config| config.accounts.kdf = vec![weak]),
        Err(ConfigError::Kdf(_))
    ));
    let floor = KdfGeneration {
        memory_kib: Argon2Params::FLOOR.memory_kib,
        passes: Argon2Params::FLOOR.passes,
        lanes: Argon2Params::FLOOR.lanes,
        offered_from: Day::default(),
    };
    assert_eq!(with(|config| config.accounts.kdf = vec![floor]), Ok(()));
    let later = KdfGeneration {
        offered_from: Day::default().next(),
        ..floor
    };
    let in_order = |kdf: &[KdfGeneration]| with(|config| config.accounts.kdf = kdf.to_vec());
    assert_eq!(
        in_order(&[later, later]),
        Ok(()),
        "the first has no day to be after"
    );
    assert_eq!(in_order(&[floor, later, floor]), Err(ConfigError::KdfOrder));
    assert_eq!(in_order(&[floor, later, later]), Err(ConfigError::KdfOrder));
}

#[test]
fn printing_redacts_what_is_secret() {
    let config = Config {
        mail: MailConfig {
            smtp: Some(SmtpConfig {
                user: Some("user".to_owned()),
                password: Some(Secret::from("hunter2".to_owned())),
                ..smtp("localhost", SmtpSecurity::None)
            }),
            ..MailConfig::default()
        },
        ..Config::default()
    };
    let printed = toml::to_string_pretty(&config).unwrap();
    assert!(printed.contains("password = \"(redacted)\""), "{printed}");
    assert!(!printed.contains("hunter2") && !format!("{config:?}").contains("hunter2"));
}
