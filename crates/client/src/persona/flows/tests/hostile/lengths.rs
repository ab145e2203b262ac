//! Answers of exactly the greatest length are read, and one more is refused.

use keyhaven_protocol::{
    base64url::B64,
    persona::{
        DeletedListResponse, ObjectListResponse, ObjectVersionListResponse, ObjectVersionView, ObjectView,
        SessionId, SessionListResponse, SessionView, VersionContentView,
        limits::{JSON_MAX_BYTES, LEGACY_ID_MAX_BYTES, OBJECTS_MAX, SESSIONS_MAX},
        paths,
    },
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    persona::flows::tests::{
        page::{block_on, sign_up},
        world::World,
    },
    problem::{Problem, ServerFault},
};

/// Answers this whenever the path is asked for.
fn answer(world: &World, path: &'static str, body: &impl Serialize) {
    answer_bytes(world, path, serde_json::to_vec(body).unwrap());
}

fn answer_bytes(world: &World, path: &'static str, bytes: Vec<u8>) {
    world.server.on_answer(move |request, response| {
        if request.path == path {
            response.body = Zeroizing::new(bytes.clone());
        }
    });
}

/// Whether it was read; if not, for its length alone.
fn is_read<T>(asked: impl Future<Output = Result<T, Problem>>) -> bool {
    match block_on(asked) {
        Ok(_) => true,
        Err(problem) => {
            assert_eq!(problem.kind, ServerFault::TooLong.into());
            false
        }
    }
}

/// Nothing of which can be written any longer but the id.
fn object(id: &str) -> ObjectView {
    ObjectView {
        id: id.to_owned(),
        size: u64::MAX,
        sha256: B64([1; 32]),
        version: u64::MAX,
        modified_at: i64::MIN,
        deleted_at: Some(i64::MIN),
        kept_until: Some(i64::MIN),
    }
}

fn listing(objects: Vec<ObjectView>) -> ObjectListResponse {
    ObjectListResponse {
        inventory_version: None,
        objects,
        deleted: 0,
    }
}

#[test]
fn as_many_objects_are_listed_as_an_account_can_hold_and_no_more() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(&world, &session);
    for (count, fits) in [(OBJECTS_MAX, true), (OBJECTS_MAX + 1, false)] {
        let objects = vec![object(&"a".repeat(LEGACY_ID_MAX_BYTES)); count];
        answer(&world, paths::OBJECTS, &listing(objects.clone()));
        assert_eq!(is_read(signed_in.objects()), fits, "{count}");
        answer(&world, paths::DELETED, &DeletedListResponse { deleted: objects });
        assert_eq!(is_read(signed_in.deleted()), fits, "{count} that are deleted");
    }
}

#[test]
fn an_id_is_as_long_as_an_id_of_the_original_wire_and_no_longer() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(&world, &session);
    for (len, fits) in [(LEGACY_ID_MAX_BYTES, true), (LEGACY_ID_MAX_BYTES + 1, false)] {
        let long = object(&"a".repeat(len));
        answer(&world, paths::OBJECTS, &listing(vec![long, object("a")]));
        assert_eq!(is_read(signed_in.objects()), fits, "{len}");
    }
}

#[test]
fn as_many_versions_are_listed_as_a_server_can_keep_and_no_more() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(&world, &session);
    let version = ObjectVersionView {
        version: u64::MAX,
        written_at: i64::MIN,
        content: Some(VersionContentView {
            size: u64::MAX,
            sha256: B64([1; 32]),
        }),
    };
    for (count, fits) in [(2 * OBJECTS_MAX, true), (2 * OBJECTS_MAX + 1, false)] {
        let versions = vec![version.clone(); count];
        let body = ObjectVersionListResponse { versions };
        answer(&world, paths::INVENTORY_VERSIONS, &body);
        assert_eq!(is_read(signed_in.versions(None)), fits, "{count}");
    }
}

#[test]
fn as_many_sessions_are_listed_as_an_account_can_have_and_no_more() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(&world, &session);
    let open = SessionView {
        session_id: SessionId::from_bytes([1; 16]),
        current: false,
        created_at: i64::MAX,
        last_used_at: i64::MAX,
    };
    for (count, fits) in [(SESSIONS_MAX, true), (SESSIONS_MAX + 1, false)] {
        let sessions = vec![open.clone(); count];
        answer(&world, paths::SESSIONS, &SessionListResponse { sessions });
        assert_eq!(is_read(signed_in.sessions()), fits, "{count}");
    }
}

#[test]
fn an_address_is_as_long_as_is_shown_and_no_longer() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(&world, &session);
    for (len, fits) in [(1024, true), (1025, false)] {
        let long = "a".repeat(len);
        let mut account = world.server.state.borrow_mut().only().view();
        account.email.clone_from(&long);
        answer(&world, paths::ACCOUNT, &account);
        assert_eq!(is_read(signed_in.account()), fits, "{len}");
        account.email = "ada@example.org".to_owned();
        account.address_change = Some(keyhaven_protocol::persona::AddressChangeView {
            new_email: long,
            confirmed_by_present: false,
            confirmed_by_new: false,
            expires_at: 1,
        });
        answer(&world, paths::ACCOUNT, &account);
        assert_eq!(
            is_read(signed_in.account()),
            fits,
            "{len}, of a change that waits"
        );
    }
}

#[test]
fn an_answer_is_as_long_as_was_said_and_no_longer() {
    let world = World::new();
    let (unlocked, _) = sign_up(&world);
    let session = unlocked.session();
    let signed_in = unlocked.signed_in(&world, &session);
    let account = world.server.state.borrow_mut().only().view();
    let mut bytes = serde_json::to_vec(&account).unwrap();
    for (len, fits) in [(JSON_MAX_BYTES, true), (JSON_MAX_BYTES + 1, false)] {
        bytes.resize(len, b' ');
        answer_bytes(&world, paths::ACCOUNT, bytes.clone());
        assert_eq!(is_read(signed_in.account()), fits, "{len}");
    }
}
