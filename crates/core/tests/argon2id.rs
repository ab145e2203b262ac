//! Argon2id against the vector of RFC 9106, and the job of this crate against the reference implementation.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use keyhaven_core::job::{Argon2idJob, Job, software};
use keyhaven_protocol::kdf::Argon2Params;
use zeroize::Zeroizing;

/// RFC 9106, section 5.3: 32 KiB, 3 passes, 4 lanes, with a secret and associated data, which our job has not.
#[test]
fn the_vector_of_rfc_9106_comes_out() {
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).expect("12 bytes"))
        .output_len(32)
        .build()
        .expect("the parameters of the RFC");
    let argon2 =
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).expect("a secret");
    let mut tag = [0; 32];
    argon2
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .expect("a tag");
    assert_eq!(
        hex(&tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

/// Known answers by the reference implementation in C (phc-winner-argon2 20190702, through argon2-cffi 25.1.0) for the
/// password "correct horse battery staple" and the salt 00 01 … 1f.
#[test]
fn the_job_answers_what_the_reference_implementation_does() {
    let floor_on_four_lanes = Argon2Params {
        lanes: 4,
        ..Argon2Params::FLOOR
    };
    for (params, root) in [
        (
            Argon2Params::FLOOR,
            "4d49495585e0f4af269714a9f81845ec41dedf3678249ba482d40abfb63a9ec4\
             82361e0cfa955ac013c2925b70b9f0cd408d0a59d53711a4b6a0ea3061a678e5",
        ),
        (
            Argon2Params::DEFAULT,
            "0d6778700a3f97cb96f3828a4518f049f4656bb53b8bc67cbe69e96879ae3a96\
             da24b7bdd743b4c1191f3904aca75c791a987708165ac04edc50a71531f28074",
        ),
        (
            floor_on_four_lanes,
            "3792274b3a6fbbe45e1174e2e5fdf99dc50cbdc59b6cfa4c116f8896080bab66\
             63b1ddf0dc6b5bf0a2604a18d12396d8dbdaa8d0475ee52c745788c2e94dc204",
        ),
    ] {
        let password = Zeroizing::new(b"correct horse battery staple".to_vec());
        let salt = core::array::from_fn(|index| u8::try_from(index).expect("below 32"));
        let answer = software::answer(Job::Argon2id(Argon2idJob {
            password,
            salt,
            params,
        }));
        assert_eq!(hex(&answer.expect("an answer")), root, "{params:?}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
