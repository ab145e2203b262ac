//! Every setting by its place in the file; the environment variable is the same place in capitals.

/// How the text of a variable becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it is.
    Text,
    /// As TOML writes it: a number, `true`, a list.
    Toml,
    /// As it is, and a file that has one is for its owner and group alone.
    Secret,
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) place: &'static [&'static str],
    pub(super) kind: Kind,
}

const fn text(place: &'static [&'static str]) -> Setting {
    Setting {
        place,
        kind: Kind::Text,
    }
}

const fn value(place: &'static [&'static str]) -> Setting {
    Setting {
        place,
        kind: Kind::Toml,
    }
}

const fn secret(place: &'static [&'static str]) -> Setting {
    Setting {
        place,
        kind: Kind::Secret,
    }
}

/// All of them.
pub(super) const ALL: &[Setting] = &[
    text(&["listen"]),
    text(&["metrics"]),
    text(&["data"]),
    text(&["app"]),
    text(&["base_url"]),
    value(&["trusted_proxies"]),
    value(&["allowed_origins"]),
    text(&["accounts", "taken_address"]),
    text(&["accounts", "confirmation"]),
    value(&["accounts", "sweep_seconds"]),
    value(&["accounts", "quota_bytes"]),
    value(&["accounts", "wrong_passwords"]),
    value(&["accounts", "wrong_password_seconds"]),
    value(&["accounts", "sign_ups"]),
    value(&["accounts", "sign_up_seconds"]),
    value(&["accounts", "reset_requests"]),
    value(&["accounts", "reset_request_seconds"]),
    value(&["accounts", "guesses"]),
    value(&["accounts", "guess_seconds"]),
    value(&["accounts", "kdf"]),
    value(&["load", "connections"]),
    value(&["load", "connections_per_network"]),
    value(&["load", "requests"]),
    text(&["mail", "from"]),
    text(&["mail", "name"]),
    text(&["mail", "language"]),
    text(&["mail", "logo"]),
    value(&["mail", "outbox"]),
    text(&["mail", "smtp", "host"]),
    value(&["mail", "smtp", "port"]),
    text(&["mail", "smtp", "security"]),
    text(&["mail", "smtp", "user"]),
    secret(&["mail", "smtp", "password"]),
    text(&["mail", "smtp", "ca_file"]),
    text(&["log", "format"]),
    text(&["log", "level"]),
    value(&["development", "mail_on_get"]),
    text(&["development", "clock_offset_file"]),
];

impl Setting {
    /// `KEYHAVEN_MAIL_SMTP_HOST`.
    pub(super) fn variable(&self) -> String {
        format!("KEYHAVEN_{}", self.place.join("_").to_ascii_uppercase())
    }
}
