//! Elements from and to 32 bytes (RFC 7748, section 5: little-endian).

use crate::lanes::{Each, Lanes};

use super::{Element, Size};

impl<L: Lanes> Element<L> {
    /// For each lane a number in 32 bytes, of which the highest bit is ignored. The number need not be below the prime.
    /// Tight.
    #[inline(never)]
    pub(crate) fn read(numbers: Each<&[u8; 32]>) -> Self {
        let [[a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]] = numbers.map(limbs);
        Self([
            L::gather([a0, b0]),
            L::gather([a1, b1]),
            L::gather([a2, b2]),
            L::gather([a3, b3]),
            L::gather([a4, b4]),
        ])
    }

    /// The one number below the prime for each lane, in four words from the lowest on. Takes a tight one.
    #[inline(never)]
    pub(crate) fn canonical(&self) -> Each<[u64; 4]> {
        self.check(Size::Tight);
        let [p0, p1, p2, p3, p4] = self.0.map(L::scatter);
        let [[a0, b0], [a1, b1], [a2, b2], [a3, b3], [a4, b4]] = [p0, p1, p2, p3, p4];
        let first = reduced([a0, a1, a2, a3, a4]);
        let second = if L::COUNT > 1 {
            reduced([b0, b1, b2, b3, b4])
        } else {
            [0; 4]
        };
        [first, second]
    }

    /// Adds a number of at most 2^26 to each lane. Takes a tight one, gives a sum.
    #[inline(always)]
    pub(crate) fn plus_each(&self, numbers: Each<u32>) -> Self {
        self.check(Size::Tight);
        let [first, others @ ..] = self.0;
        let [p1, p2, p3, p4] = others;
        Self([
            L::add(first, L::gather(numbers.map(|number| (number, 0)))),
            p1,
            p2,
            p3,
            p4,
        ])
    }
}

/// (even, odd) limbs of 255 bits.
#[expect(clippy::cast_possible_truncation, reason = "what is kept is 26 bits")]
fn limbs(bytes: &[u8; 32]) -> [(u32, u32); 5] {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    let [w0, w1, w2, w3] = words;
    let even = |bits: u64| bits as u32 & ((1 << 26) - 1);
    let odd = |bits: u64| bits as u32 & ((1 << 25) - 1);
    [
        (even(w0), odd(w0 >> 26)),
        (even(w0 >> 51 | w1 << 13), odd(w1 >> 13)),
        (even(w1 >> 38), odd(w2)),
        (even(w2 >> 25), odd(w2 >> 51 | w3 << 13)),
        (even(w3 >> 12), odd(w3 >> 38)),
    ]
}

/// The number below the prime that a tight element stands for.
///
/// A tight element is below 2^255 + 2^173, for h9 is below 2^25. So it is at most once the prime too large, and it is
/// so if and only if 19 more reach 2^255.
fn reduced([(h0, h1), (h2, h3), (h4, h5), (h6, h7), (h8, h9)]: [(u32, u32); 5]) -> [u64; 4] {
    let limbs = [h0, h1, h2, h3, h4, h5, h6, h7, h8, h9].map(u64::from);
    let (_, too_large) = carried(limbs, 19);
    debug_assert!(too_large <= 1);
    let ([h0, h1, h2, h3, h4, h5, h6, h7, h8, h9], _) = carried(limbs, 19 * too_large);
    [
        h0 | h1 << 26 | h2 << 51,
        h2 >> 13 | h3 << 13 | h4 << 38,
        h5 | h6 << 25 | h7 << 51,
        h7 >> 13 | h8 << 12 | h9 << 38,
    ]
}

/// Limbs within their 26 and 25 bits, after so much was added, and what is above 2^255.
fn carried(mut limbs: [u64; 10], more: u64) -> ([u64; 10], u64) {
    let mut over = more;
    for (limb, bits) in limbs.iter_mut().zip([26, 25].into_iter().cycle()) {
        *limb += over;
        over = *limb >> bits;
        *limb &= (1 << bits) - 1;
    }
    (limbs, over)
}
