//! Parameters of the password's slow derivation, with the floor and the ceiling that every reader enforces.

use serde::{Deserialize, Serialize};

/// Argon2id parameters (RFC 9106). A value may be outside the bounds until [`Argon2Params::check`] was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Argon2Params {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// Which of the three parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KdfParameter {
    /// [`Argon2Params::memory_kib`].
    Memory,
    /// [`Argon2Params::passes`].
    Passes,
    /// [`Argon2Params::lanes`].
    Lanes,
}

/// Parameters that are refused, whoever sent them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KdfError {
    /// Would make guessing the password cheap: a server that sends this is weakening its user.
    #[error("{parameter:?} of {found} is below the floor of {floor}")]
    BelowFloor {
        /// Which one.
        parameter: KdfParameter,
        /// The value found.
        found: u32,
        /// The least that is accepted.
        floor: u32,
    },
    /// Would exhaust the device.
    #[error("{parameter:?} of {found} is above the ceiling of {ceiling}")]
    AboveCeiling {
        /// Which one.
        parameter: KdfParameter,
        /// The value found.
        found: u32,
        /// The most that is accepted.
        ceiling: u32,
    },
}

impl Argon2Params {
    /// For new passwords: 64 MiB, 3 passes, 1 lane.
    pub const DEFAULT: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
    /// The least a reader accepts: 19 MiB, 2 passes, 1 lane (OWASP, 2026).
    pub const FLOOR: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };
    /// The most a reader accepts: 256 MiB, 10 passes, 4 lanes.
    pub const CEILING: Self = Self {
        memory_kib: 256 * 1024,
        passes: 10,
        lanes: 4,
    };
    /// Length of [`Argon2Params::to_bytes`].
    pub const BYTES_LEN: usize = 12;

    /// Whether each parameter lies between [`Self::FLOOR`] and [`Self::CEILING`].
    ///
    /// # Errors
    /// [`KdfError`] names the first parameter that does not.
    pub fn check(&self) -> Result<(), KdfError> {
        for (parameter, found, floor, ceiling) in [
            (
                KdfParameter::Memory,
                self.memory_kib,
                Self::FLOOR.memory_kib,
                Self::CEILING.memory_kib,
            ),
            (
                KdfParameter::Passes,
                self.passes,
                Self::FLOOR.passes,
                Self::CEILING.passes,
            ),
            (
                KdfParameter::Lanes,
                self.lanes,
                Self::FLOOR.lanes,
                Self::CEILING.lanes,
            ),
        ] {
            if found < floor {
                return Err(KdfError::BelowFloor {
                    parameter,
                    found,
                    floor,
                });
            }
            if found > ceiling {
                return Err(KdfError::AboveCeiling {
                    parameter,
                    found,
                    ceiling,
                });
            }
        }
        Ok(())
    }

    /// The fixed-width form that is bound into associated data: memory in KiB, passes, lanes, each u32 big endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES_LEN] {
        let [m0, m1, m2, m3] = self.memory_kib.to_be_bytes();
        let [p0, p1, p2, p3] = self.passes.to_be_bytes();
        let [l0, l1, l2, l3] = self.lanes.to_be_bytes();
        [m0, m1, m2, m3, p0, p1, p2, p3, l0, l1, l2, l3]
    }
}

impl Default for Argon2Params {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_floor_and_ceiling_are_accepted() {
        for params in [Argon2Params::DEFAULT, Argon2Params::FLOOR, Argon2Params::CEILING] {
            assert_eq!(params.check(), Ok(()));
        }
    }

    #[test]
    fn one_step_outside_each_bound_is_refused_by_name() {
        let floor = Argon2Params::FLOOR;
        let ceiling = Argon2Params::CEILING;
        for (params, parameter) in [
            (
                Argon2Params {
                    memory_kib: floor.memory_kib - 1,
                    ..floor
                },
                KdfParameter::Memory,
            ),
            (
                Argon2Params {
                    passes: floor.passes - 1,
                    ..floor
                },
                KdfParameter::Passes,
            ),
            (Argon2Params { lanes: 0, ..floor }, KdfParameter::Lanes),
        ] {
            let Err(KdfError::BelowFloor { parameter: named, .. }) = params.check() else {
                panic!("{params:?} was accepted");
            };
            assert_eq!(named, parameter);
        }
        for (params, parameter) in [
            (
                Argon2Params {
                    memory_kib: ceiling.memory_kib + 1,
                    ..ceiling
                },
                KdfParameter::Memory,
            ),
            (
                Argon2Params {
                    passes: u32::MAX,
                    ..ceiling
                },
                KdfParameter::Passes,
            ),
            (
                Argon2Params {
                    lanes: ceiling.lanes + 1,
                    ..ceiling
                },
                KdfParameter::Lanes,
            ),
        ] {
            let Err(KdfError::AboveCeiling { parameter: named, .. }) = params.check() else {
                panic!("{params:?} was accepted");
            };
            assert_eq!(named, parameter);
        }
    }

    #[test]
    fn bytes_are_three_big_endian_numbers() {
        let params = Argon2Params {
            memory_kib: 0x0001_0000,
            passes: 3,
            lanes: 1,
        };
        assert_eq!(params.to_bytes(), [0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1]);
    }
}
