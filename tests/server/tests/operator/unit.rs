//! The systemd unit of the operator's guide.

use std::{fs, process::Command};

use keyhaven_server_tests::server::binary;

const UNIT: &str = include_str!("../../../../docs/deploy/keyhaven.service");
const PROGRAM: &str = "/usr/local/bin/keyhaven";
/// Out of 10 and in tenths: what systemd calls OK is below 5.
const EXPOSURE_MAX: &str = "20";

#[test]
fn systemd_takes_the_unit_and_finds_little_exposed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keyhaven.service");
    assert!(UNIT.contains(PROGRAM));
    // systemd looks whether the program is there.
    let unit = UNIT.replace(PROGRAM, &binary().canonicalize().unwrap().to_string_lossy());
    fs::write(&file, unit).unwrap();
    let analyze = |words: &[&str]| {
        let output = Command::new("systemd-analyze")
            .args(words)
            .arg(&file)
            .output()
            .expect("systemd-analyze, which `cargo xtask test` installs");
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said)
    };
    let (verified, said) = analyze(&["verify", "--man=no"]);
    // It speaks of other units of the machine, too.
    let about_ours: Vec<_> = said
        .lines()
        .filter(|line| line.contains("keyhaven.service"))
        .collect();
    assert!(verified && about_ours.is_empty(), "{said}");
    let (passed, said) = analyze(&[
        "security",
        "--offline=true",
        "--no-pager",
        "--threshold",
        EXPOSURE_MAX,
    ]);
    assert!(passed, "{said}");
}
