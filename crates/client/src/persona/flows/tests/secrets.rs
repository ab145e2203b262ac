//! No state, piece of work, view or request shows a secret in `Debug`, and none leaves the device in clear.

use std::rc::Rc;

use keyhaven_core::recovery_code::RecoveryCode;

use super::{
    super::{
        access::{Access, AccessView, Entrance},
        settings::{Settings, SettingsInput},
        vault::{Selection, Vault, VaultDone, VaultInput},
    },
    page::{
        Reply, address, file, get_in, in_vault, password, play, putting_back, recovering, sign_up,
        signing_in, signing_up, store, text,
    },
    world::{World, content_of},
};
use crate::{
    driver::{Event, Flow, Next},
    persona::{ShownCode, TypedText},
};

const PASSWORD: &str = "correct horse";
const CONTENT: &str = "keys of work";

/// Everything of a code that a `Debug` could show.
fn forms_of(code: &RecoveryCode) -> Vec<String> {
    let mut forms = vec![
        code.to_text().to_string(),
        code.to_qr_text().to_string(),
        code.to_words().join(" "),
        format!("{:?}", code.expose_secret()),
    ];
    forms.extend(code.to_groups().iter().skip(1).map(|group| group.to_string()));
    forms
}

fn assert_hides(shown: &str, secrets: &[String]) {
    for secret in secrets {
        assert!(!shown.contains(secret.as_str()), "{secret:?} stands in {shown}");
    }
}

#[test]
fn nothing_that_is_sent_holds_password_code_name_or_content() {
    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    store(&world, &unlocked, "Name of it", CONTENT.as_bytes());
    in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let mut secrets = forms_of(code.code());
    secrets.extend([PASSWORD, CONTENT, "Name of it"].map(str::to_owned));
    for (_, path, body) in world.server.seen.borrow().iter() {
        assert_hides(path, &secrets);
        assert_hides(&String::from_utf8_lossy(body), &secrets);
    }
}

#[test]
fn no_view_of_getting_in_shows_the_code_in_debug() {
    let world = World::new();
    let got = get_in(&world, signing_up(PASSWORD));
    let mut secrets = forms_of(got.code.unwrap().code());
    secrets.push(PASSWORD.to_owned());
    for view in &got.views {
        assert_hides(&format!("{view:?}"), &secrets);
    }
    assert!(
        got.views
            .iter()
            .any(|view| matches!(view, AccessView::ShowCode { .. }))
    );
    assert_hides(&format!("{:?}", got.unlocked.unwrap()), &secrets);
}

#[test]
fn no_state_and_no_work_shows_what_was_typed() {
    let secret = [
        PASSWORD.to_owned(),
        "ada@example.org".to_owned(),
        CONTENT.to_owned(),
    ];
    let input = signing_in(PASSWORD);
    assert_hides(&format!("{input:?}"), &secret);
    let Next::Work(flow, work) = Access::new(Entrance::SignIn).step(Event::Input(input)) else {
        panic!("signing in is work");
    };
    assert_hides(&format!("{flow:?} {work:?}"), &secret);

    let typed_code = "kh1q 2345 6789";
    for (entrance, input) in [
        (Entrance::OldPassword, putting_back(PASSWORD)),
        (Entrance::RecoveryCode, recovering(typed_code, PASSWORD)),
    ] {
        let hidden = [secret.as_slice(), &[typed_code.to_owned()]].concat();
        assert_hides(&format!("{input:?}"), &hidden);
        match Access::new(entrance).step(Event::Input(input)) {
            Next::Work(flow, work) => assert_hides(&format!("{flow:?} {work:?}"), &hidden),
            Next::Show(flow) => assert_hides(&format!("{flow:?}"), &hidden),
            Next::End(_) => panic!("it is not over"),
        }
    }

    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    let deletion = SettingsInput::DeleteAccount {
        password: password(PASSWORD),
        code: Some(TypedText::new(text(&code))),
    };
    let move_away = SettingsInput::ChangeAddress {
        password: password(PASSWORD),
        new: address("lovelace@example.org"),
    };
    let hidden = [
        forms_of(code.code()),
        vec![PASSWORD.to_owned(), "lovelace@example.org".to_owned()],
    ]
    .concat();
    for input in [deletion, move_away] {
        assert_hides(&format!("{input:?}"), &hidden);
        let Next::Work(flow, work) = Settings::new(Rc::clone(&unlocked)).step(Event::Input(input)) else {
            panic!("it is work");
        };
        assert_hides(&format!("{flow:?} {work:?}"), &hidden);
    }
    let input = VaultInput::Decide(TypedText::new(text(&code)));
    assert_hides(&format!("{input:?}"), &hidden);
    let Next::Work(flow, work) = Vault::new(Rc::clone(&unlocked), None).step(Event::Input(input)) else {
        panic!("deciding is work");
    };
    assert_hides(&format!("{flow:?} {work:?}"), &hidden);

    let input = VaultInput::Store(file("Work", CONTENT.as_bytes()));
    assert_hides(&format!("{input:?}"), &secret);
    let Next::Work(flow, work) = Vault::new(Rc::clone(&unlocked), None).step(Event::Input(input)) else {
        panic!("storing is work");
    };
    assert_hides(&format!("{flow:?} {work:?}"), &secret);

    let input = SettingsInput::CheckCode(TypedText::new(code.code().to_text().to_string()));
    assert_hides(&format!("{input:?}"), &forms_of(code.code()));
    let Next::Work(flow, work) = Settings::new(unlocked).step(Event::Input(input)) else {
        panic!("checking a code is work");
    };
    assert_hides(&format!("{flow:?} {work:?}"), &forms_of(code.code()));
}

#[test]
fn no_restored_content_stands_in_a_view() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    store(&world, &unlocked, "Work", CONTENT.as_bytes());
    let view = in_vault(&world, &unlocked, VaultInput::Restore(Selection::All));
    let Some(VaultDone::Restored { files, .. }) = &view.done else {
        panic!("{:?}", view.done)
    };
    let bytes = format!("{:?}", content_of(&files[0]));
    assert_hides(&format!("{view:?}"), &[CONTENT.to_owned(), bytes]);
}

#[test]
fn the_forms_of_debug_are_these() {
    let world = World::new();
    let (unlocked, code) = sign_up(&world);
    assert_eq!(format!("{:?}", ShownCode::clone(&code)), "ShownCode(redacted)");
    assert_eq!(
        format!("{:?}", TypedText::new("x".to_owned())),
        "TypedText(redacted)"
    );
    assert_eq!(
        format!("{:?}", file("Work", b"1234")),
        "NewFile { content_bytes: 4, .. }"
    );
    let session = unlocked.session();
    assert!(format!("{session:?}").starts_with("Session { id: SessionId("));
    let mut request = String::new();
    let token = world
        .server
        .state
        .borrow()
        .sessions
        .keys()
        .next()
        .copied()
        .unwrap();
    play(Vault::new(unlocked, None), &world, |view| {
        request.push_str(&format!("{view:?}"));
        Reply::Leave
    });
    assert_hides(
        &request,
        &[keyhaven_protocol::base64url::encode(&token), format!("{token:?}")],
    );
}
