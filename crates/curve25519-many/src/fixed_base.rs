//! X25519 of one point with many private scalars.

use core::fmt;

use zeroize::zeroize_stack;

use crate::bytes;
use crate::edwards::{Coordinates, Digits, Table};
use crate::fractions::Fractions;
use crate::lanes::{Lanes, Widest};
use crate::shared_scalar::{SharedScalar, SharedSecret};

/// More than the functions of this module have on the stack, where values that were passed on leave copies.
const STACK_BYTES: usize = 16384;

/// Tables for the base point and for a point that many fresh scalars meet: the public key to which many entries are
/// encrypted.
///
/// Making one costs as much as three or four scalars that go up the ladder, and each that meets it a fifth of one. It
/// has 60 KB where there are vectors, and twice as much elsewhere.
///
/// Whatever the scalars are, what runs is the same instructions on the same addresses.
pub struct FixedBase(Kind);

enum Kind {
    /// With as many lanes as there are, of the base point and the point.
    Tables(Vec<Table<Widest>>),
    /// A point of the twist, which has no other coordinates. Nobody has one as a public key.
    Twist([u8; 32]),
}

/// The public half of a scalar, and the secret that it shares with the point.
pub type Met = ([u8; 32], Option<SharedSecret>);

impl FixedBase {
    /// For a point as [`SharedScalar::shared_secrets`] takes them.
    #[must_use]
    pub fn new(point: &[u8; 32]) -> Self {
        let Some(coordinates) = Coordinates::of_montgomery::<Widest>(point) else {
            return Self(Kind::Twist(*point));
        };
        let base_point = &Coordinates::BASE_POINT;
        let tables = if Widest::COUNT == 2 {
            vec![Table::new([base_point, &coordinates])]
        } else {
            vec![Table::new([base_point; 2]), Table::new([&coordinates; 2])]
        };
        Self(Kind::Tables(tables))
    }

    /// For each scalar its public half, and the secret that it shares with the point: what [`SharedScalar::meet`] says
    /// of it, in their order.
    ///
    /// The caller's copies of the scalars are the caller's to wipe.
    #[must_use]
    pub fn meet(&self, scalars: &[[u8; SharedScalar::LEN]]) -> Vec<Met> {
        let met = match &self.0 {
            Kind::Tables(tables) => meet_leaving_stack(tables, scalars),
            Kind::Twist(point) => scalars
                .iter()
                .map(|scalar| SharedScalar::new(*scalar).meet(point))
                .collect(),
        };
        zeroize_stack::<STACK_BYTES>();
        met
    }
}

#[inline(never)]
fn meet_leaving_stack(tables: &[Table<Widest>], scalars: &[[u8; SharedScalar::LEN]]) -> Vec<Met> {
    let mut met = Vec::with_capacity(scalars.len());
    for scalars in scalars.chunks(Fractions::<Widest>::MANY / 2) {
        let mut fractions = Fractions::new();
        for scalar in scalars {
            let digits = Digits::of(scalar);
            for table in tables {
                let (mut numerator, mut denominator) = table.multiply(&digits);
                fractions.push(&numerator, &denominator);
                numerator.wipe();
                denominator.wipe();
            }
        }
        let mut public = None;
        fractions.divide(|coordinates| {
            for words in coordinates.iter().take(Widest::COUNT) {
                match public.take() {
                    None => public = Some(bytes(words)),
                    Some(public) => met.push((public, SharedSecret::new(words))),
                }
            }
        });
    }
    met
}

impl fmt::Debug for FixedBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedBase").finish_non_exhaustive()
    }
}
