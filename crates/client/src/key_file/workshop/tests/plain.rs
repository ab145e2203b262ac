//! Lists of sessions that nothing protects.

use super::*;

fn open_plain(file: &File) -> Result<NewFile<File>, Fault> {
    let engine = Counting::default();
    let opened = block_on(super::super::open_plain(
        file.clone(),
        |key| key[..2] != [0, 9],
        &engine,
        &|_| {},
    ));
    assert_eq!(engine.derivations.get(), 0, "there is nothing to derive");
    opened
}

fn plain(list: &Value) -> File {
    File::of(format!("\u{feff}{list:#}\n").into_bytes())
}

#[test]
fn a_list_without_a_lock_is_opened_with_its_bad_ones_named_and_sealed_with_what_else_is_open() {
    let mut bad = session("!b:x", 3, 0);
    bad["sender_key"] = json!(5);
    let file = plain(&json!([
        session("!a:x", 1, 4),
        bad,
        session("!a:x", 9, 0),
        session("!b:x", 4, 7)
    ]));
    assert_eq!(
        block_on(super::super::look(&file)),
        Ok(Looked::Plain { derivation_ms: 0 })
    );
    let new = open_plain(&file).unwrap();
    let reasons: Vec<_> = new
        .skipped
        .iter()
        .map(|left| (left.index, &left.reason))
        .collect();
    let wrong = SkipReason::Wrong("sender_key".to_owned());
    assert_eq!(reasons, [(1, &wrong), (2, &SkipReason::NotAPoint)]);
    let mut workshop = Workshop::default();
    assert_eq!(workshop.add(new).total, 2);
    opened(
        &mut workshop,
        &key_file(&[session("!a:x", 1, 2), session("!c:x", 5, 5)]),
    );
    let all = named(&[("!b:x", 4, 7), ("!a:x", 1, 2), ("!c:x", 5, 5)]);
    assert_eq!(saved(&workshop, Extent::All).1, [all]);
}

#[test]
fn a_long_list_is_read_in_pieces() {
    let sessions: Vec<_> = (0..4_000).map(|id| session("!a:x", id + 10, 1)).collect();
    let file = plain(&Value::from(sessions));
    assert!(file.len() > 1024 * 1024);
    let mut workshop = Workshop::default();
    assert_eq!(workshop.add(open_plain(&file).unwrap()).total, 4_000);
    assert_eq!(saved(&workshop, Extent::All).0[0].sessions, 4_000);
}

#[test]
fn what_changes_after_it_was_opened_is_not_written() {
    let list = json!([session("!a:x", 1, 4), session("!a:x", 2, 4)]);
    let whole = plain(&list).0.take();
    let other = plain(&json!([session("!a:x", 1, 3), session("!a:x", 2, 4)]))
        .0
        .take();
    let longer = [&whole[..], b" "].concat();
    for changed in [other, longer, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        let file = plain(&list);
        let mut workshop = Workshop::default();
        workshop.add(open_plain(&file).unwrap());
        *file.0.borrow_mut() = changed;
        let plan = Plan::of(&workshop, Extent::All).unwrap();
        let engine = Counting::default();
        let told = block_on(plan.write("new", &mut Zeros, Written::default(), &engine, &|_| {}));
        assert_eq!(told.err(), Some(Fault::Changed));
    }
}

#[test]
fn only_a_list_of_sessions_is_opened_without_a_passphrase() {
    let locked = key_file(&[session("!a:x", 1, 4)]);
    for file in [locked, plain(&json!([1, 2])), plain(&json!({}))] {
        assert_eq!(open_plain(&file).unwrap_err(), Fault::NotAKeyFile);
    }
}
