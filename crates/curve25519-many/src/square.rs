//! Whether a number is a square modulo 2^255 - 19, by its Jacobi symbol.
//!
//! The symbol (a/b) is computed as a greatest common divisor is, with three rules that halve, swap and subtract (b
//! odd):
//!
//! ```text
//! (a/b) = (a/2 / b), negated if b mod 8 is 3 or 5            for even a
//! (a/b) = (b/a), negated if a mod 4 and b mod 4 are 3        for odd a, unless both are negative
//! (a/b) = (a - b / b)
//! ```
//!
//! where (a/b) of a negative b is (a/-b). Twenty-eight halvings in a row need only a few bits of both numbers, as
//! Pornin found ("Optimized Binary GCD for Modular Inversion", 2020): the low bits decide what is odd and which sign
//! the symbol has, and the high bits which number is larger. A wrong guess of the latter makes one number negative,
//! never both. Then the long numbers are brought up to date by one small matrix.

/// Bits of a limb, and halvings in a row.
const BITS: u32 = 28;
const LIMB_MASK: i64 = (1 << BITS) - 1;
/// The bits of an approximation that are the number's own lowest ones.
const LOW_MASK: u64 = (1 << 31) - 1;
/// Limbs for 255 bits and a sign.
const LIMBS: usize = 10;
/// So often are twenty-eight halvings in a row enough, whatever the number: 509 halvings bring two numbers of 255 bits to
/// zero and their divisor (Pornin, section 3). One time more, since nothing is gained by a bound without room.
const ROUNDS_MAX: u32 = (2 * 255 - 1_u32).div_ceil(BITS) + 1;

/// The prime 2^255 - 19.
const PRIME: [u64; 4] = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];

/// A number of at least zero, in limbs of 28 bits from the lowest on.
type Limbs = [i64; LIMBS];

/// What twenty-eight halvings do: a becomes (f a + g b) / 2^28 for the row (f, g) of a, and b likewise. In a row |f| +
/// |g| is at most 2^28.
#[derive(Debug, Clone, Copy)]
struct Matrix {
    of_a: (i64, i64),
    of_b: (i64, i64),
}

/// Whether the number is a square modulo 2^255 - 19; zero is one. Takes four words from the lowest on, together below
/// the prime. The time depends on the number.
pub(crate) fn is_square(number: [u64; 4]) -> bool {
    let mut a = limbs(number);
    let mut b = limbs(PRIME);
    // Bit 1 says whether the symbol was negated so far.
    let mut sign = 0;
    for _ in 0..ROUNDS_MAX {
        if a == [0; LIMBS] {
            break;
        }
        let (short_a, short_b) = approximations(&a, &b);
        let matrix = halvings(short_a, short_b, &mut sign);
        let next_a = combined(&a, &b, matrix.of_a);
        let next_b = combined(&a, &b, matrix.of_b);
        b = absolute(next_b);
        if next_a[LIMBS - 1] < 0 {
            // (-a/b) is (a/b), negated if b mod 4 is 3.
            sign ^= b[0].cast_unsigned();
        }
        a = absolute(next_a);
    }
    debug_assert!(a == [0; LIMBS]);
    sign & 2 == 0
}

/// Both numbers in 64 bits: as they are if there is room, else their lowest 31 bits below the 33 bits from the highest
/// that either has.
fn approximations(a: &Limbs, b: &Limbs) -> (u64, u64) {
    let exact = |limbs: &Limbs| (limbs[0] | limbs[1] << BITS).cast_unsigned();
    for (a_top, b_top) in a.windows(3).zip(b.windows(3)).rev() {
        let ([a0, a1, a2], [b0, b1, b2]) = (a_top, b_top) else {
            continue;
        };
        if a2 | b2 == 0 {
            continue;
        }
        let unused = (a2 | b2).leading_zeros() - (i64::BITS - BITS);
        let short = |low: i64, middle: i64, high: i64, limbs: &Limbs| {
            let high = (low >> 20 | middle << 8 | high << 36).cast_unsigned() << unused;
            high & !LOW_MASK | exact(limbs) & LOW_MASK
        };
        return (short(*a0, *a1, *a2, a), short(*b0, *b1, *b2, b));
    }
    (exact(a), exact(b))
}

/// Halves `a` twenty-eight times, subtracting when it is odd. The bits that the symbol needs are right to the end: of
/// 31 low ones the last halving still has four.
fn halvings(mut a: u64, mut b: u64, sign: &mut u64) -> Matrix {
    // Both entries of a row in one word, the second in the upper half: they are added, subtracted and doubled alike.
    let (mut of_a, mut of_b) = (1_u64, 1_u64 << 32);
    let mut left = BITS;
    loop {
        let zeros = (a | 1 << left).trailing_zeros();
        a >>= zeros;
        of_b <<= zeros;
        *sign ^= u64::from(zeros << 1) & (b ^ b >> 1);
        left -= zeros;
        if left == 0 {
            return Matrix {
                of_a: row(of_a),
                of_b: row(of_b),
            };
        }
        // Which one is larger is a coin toss, so a mask is faster than a branch.
        let smaller = u64::from(a < b).wrapping_neg();
        *sign ^= smaller & a & b;
        let moved = (a ^ b) & smaller;
        a ^= moved;
        b ^= moved;
        a -= b;
        let moved = (of_a ^ of_b) & smaller;
        of_a ^= moved;
        of_b ^= moved;
        of_a = of_a.wrapping_sub(of_b);
    }
}

/// The two entries of a row.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the first entry is the lower half, with its sign"
)]
fn row(word: u64) -> (i64, i64) {
    let first = i64::from(word as i32);
    (first, word.cast_signed().wrapping_sub(first) >> 32)
}

/// (f a + g b) / 2^28, which is a whole number. Its sign is that of the highest limb. A limb times a row is below 2^56.
fn combined(a: &Limbs, b: &Limbs, (f, g): (i64, i64)) -> Limbs {
    let mut result = [0; LIMBS];
    let mut sum = f * a[0] + g * b[0];
    debug_assert!(sum & LIMB_MASK == 0);
    let higher = a.iter().zip(b).skip(1);
    for (limb, (a, b)) in result.iter_mut().zip(higher) {
        sum = (sum >> BITS) + f * a + g * b;
        *limb = sum & LIMB_MASK;
    }
    result[LIMBS - 1] = sum >> BITS;
    result
}

/// The number without its sign.
fn absolute(mut limbs: Limbs) -> Limbs {
    if limbs[LIMBS - 1] < 0 {
        let mut carry = 0;
        for limb in &mut limbs {
            carry -= *limb;
            *limb = carry & LIMB_MASK;
            carry >>= BITS;
        }
    }
    limbs
}

/// 255 bits in limbs of 28.
fn limbs([w0, w1, w2, w3]: [u64; 4]) -> Limbs {
    let limb = |low: u64, high: u64, offset: u32| {
        let bits = u128::from(high) << 64 | u128::from(low);
        ((bits >> offset) as u64 & LIMB_MASK.cast_unsigned()).cast_signed()
    };
    [
        limb(w0, w1, 0),
        limb(w0, w1, 28),
        limb(w0, w1, 56),
        limb(w1, w2, 20),
        limb(w1, w2, 48),
        limb(w2, w3, 12),
        limb(w2, w3, 40),
        limb(w3, 0, 4),
        limb(w3, 0, 32),
        limb(w3, 0, 60),
    ]
}

#[cfg(test)]
mod tests;
