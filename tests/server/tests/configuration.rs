//! What the command accepts, and what it prints.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    process::{Output, Stdio},
    time::{Duration, Instant},
};

use keyhaven_server_tests::server::command;

const WITH_PASSWORD: &str = "mail.from = \"keys@example.org\"\n[mail.smtp]\nhost = \"mail.example.org\"\nuser = \"u\"\npassword = \"hunter2\"\n";

const PATIENCE: Duration = Duration::from_secs(20);

fn run(words: &[&str], config: &str) -> Output {
    run_with_mode(0o600, words, config)
}

/// With a configuration file of this mode.
fn run_with_mode(mode: u32, words: &[&str], config: &str) -> Output {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("keyhaven.toml");
    std::fs::write(&file, config).unwrap();
    std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    let mut child = command()
        .args(words)
        .arg("--config")
        .arg(&file)
        .arg("--data")
        .arg(home.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that serves where it should refuse is ended, and then has no code.
    let until = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ended = child.kill();
    child.wait_with_output().unwrap()
}

fn expect_refusal(words: &[&str], config: &str, reason: &str) {
    let output = run(words, config);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(reason), "{error}");
    assert!(output.stdout.is_empty());
}

#[test]
fn in_public_the_server_does_not_start_without_a_base_for_links() {
    expect_refusal(&["serve", "--listen", "0.0.0.0:0"], "", "base_url");
    expect_refusal(
        &["serve", "--listen", "0.0.0.0:0"],
        "base_url = \"http://keys.example.org\"\n",
        "https",
    );
}

#[test]
fn in_public_the_server_does_not_start_without_a_way_for_letters() {
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let public = "base_url = \"https://keys.example.org\"\n";
    expect_refusal(&serve, public, "set mail.smtp.host, or mail.outbox = true");
    let from_nowhere = format!("{public}[mail.smtp]\nhost = \"mail.example.org\"\n");
    expect_refusal(&serve, &from_nowhere, "mail.from");
}

#[test]
fn in_public_the_server_does_not_start_with_development_switches() {
    let config = "base_url = \"https://keys.example.org\"\n[development]\nmail_on_get = true\n";
    expect_refusal(&["serve", "--listen", "0.0.0.0:0"], config, "development");
}

#[test]
fn a_misspelt_setting_is_told() {
    expect_refusal(&["serve"], "listn = \"127.0.0.1:0\"\n", "listn");
    expect_refusal(&["serve", "--app", "/nowhere"], "", "/nowhere");
    let range = "trusted_proxies = [\"10.0.0.0/8\"]\n";
    expect_refusal(&["serve"], range, "keyhaven.toml, setting trusted_proxies[0]: ");
    expect_refusal(
        &["serve", "--listen", "here"],
        "",
        "the command line, setting listen: ",
    );
}

#[test]
fn a_misspelt_variable_is_told_where_settings_are_looked_at() {
    let output = command()
        .arg("config")
        .env("KEYHAVEN_LISTENING", "127.0.0.1:0")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("KEYHAVEN_LISTENING names no setting"), "{said}");
}

#[test]
fn printing_the_configuration_redacts_secrets() {
    let output = run(&["config"], WITH_PASSWORD);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(
        printed.contains("host = \"mail.example.org\"") && printed.contains("port = 587"),
        "{printed}"
    );
    assert!(
        printed.contains("password = \"(redacted)\"") && !printed.contains("hunter2"),
        "{printed}"
    );
}

#[test]
fn a_password_in_a_file_that_everybody_may_read_is_refused() {
    let output = run_with_mode(0o644, &["config"], WITH_PASSWORD);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("mail.smtp.password") && said.contains("chmod o= ") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn the_environment_overlays_the_file_and_the_command_line_both() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("keyhaven.toml");
    std::fs::write(
        &file,
        "listen = \"127.0.0.1:1\"\n[mail]\nfrom = \"file@example.org\"\n",
    )
    .unwrap();
    let output = command()
        .args(["config", "--listen", "127.0.0.1:3"])
        .env("KEYHAVEN_CONFIG", &file)
        .env("KEYHAVEN_LISTEN", "127.0.0.1:2")
        .env("KEYHAVEN_MAIL_FROM", "environment@example.org")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("listen = \"127.0.0.1:3\""), "{printed}");
    assert!(
        printed.contains("from = \"environment@example.org\""),
        "{printed}"
    );
}

#[test]
fn a_login_in_clear_and_authorities_that_are_none_are_refused() {
    let login = "[mail.smtp]\nhost = \"127.0.0.1\"\nsecurity = \"none\"\nuser = \"u\"\npassword = \"p\"\n";
    expect_refusal(&["serve", "--listen", "127.0.0.1:0"], login, "mail.smtp.security");
    let nowhere = "[mail.smtp]\nhost = \"127.0.0.1\"\nca_file = \"/nowhere/ca.pem\"\n";
    expect_refusal(&["serve", "--listen", "127.0.0.1:0"], nowhere, "/nowhere/ca.pem");
    let file = tempfile::NamedTempFile::new().unwrap();
    for text in ["", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        std::fs::write(file.path(), text).unwrap();
        let none = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nca_file = {:?}\n", file.path());
        expect_refusal(&["serve", "--listen", "127.0.0.1:0"], &none, "no certificates");
    }
}
