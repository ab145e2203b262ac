//! The time, as a parameter of everything that depends on it.

mod day;

use std::{
    fmt,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use keyhaven_storage::Timestamp;

pub use day::Day;

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Now, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one adapter to the machine's clock"
        )]
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Timestamp(0).plus(since_epoch)
    }
}

/// A development clock: the machine's, plus the seconds that stand in a file, which is read each time.
///
/// A file that is absent or holds no whole number adds nothing.
#[derive(Debug, Clone)]
pub struct OffsetClock {
    offset_file: PathBuf,
}

impl OffsetClock {
    /// A clock that adds what stands in `offset_file`.
    #[must_use]
    pub fn new(offset_file: PathBuf) -> Self {
        Self { offset_file }
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        let offset_seconds = std::fs::read_to_string(&self.offset_file)
            .ok()
            .and_then(|text| text.trim().parse::<i64>().ok())
            .unwrap_or(0);
        Timestamp(SystemClock.now().0.saturating_add(offset_seconds))
    }
}

/// A point in time in the parts that people read, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CivilTime {
    /// Gregorian year.
    pub year: i64,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
    /// From 0 to 59.
    pub second: u8,
}

const SECONDS_PER_DAY: i64 = 86_400;

impl CivilTime {
    /// The parts of `time`, by the era arithmetic of the proleptic Gregorian calendar: years begin in March, so that
    /// the leap day is the last of a year.
    #[must_use]
    pub fn of(time: Timestamp) -> Self {
        let days = time.0.div_euclid(SECONDS_PER_DAY);
        let second_of_day = time.0.rem_euclid(SECONDS_PER_DAY);
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: small(month),
            day: small(day_of_year - (153 * shifted_month + 2) / 5 + 1),
            hour: small(second_of_day / 3_600),
            minute: small(second_of_day / 60 % 60),
            second: small(second_of_day % 60),
        }
    }

    /// `2026-11-21T12:34:56Z` (RFC 3339).
    #[must_use]
    pub fn rfc3339(&self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// The parts above are all below 60.
fn small(part: i64) -> u8 {
    u8::try_from(part).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points_in_time_have_their_known_names() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_795_264_496, "2026-11-21T12:34:56Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(CivilTime::of(Timestamp(seconds)).rfc3339(), text);
        }
    }

    #[test]
    fn no_point_in_time_panics() {
        for seconds in [i64::MIN, i64::MIN / 2, i64::MAX / 2, i64::MAX] {
            let _ = CivilTime::of(Timestamp(seconds)).rfc3339();
        }
    }

    #[test]
    fn the_offset_file_is_read_each_time() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("offset");
        let clock = OffsetClock::new(file.clone());
        let ahead = |clock: &OffsetClock| clock.now().0 - SystemClock.now().0;
        assert!((-1..=1).contains(&ahead(&clock)));
        std::fs::write(&file, "86400\n").unwrap();
        assert!((86_399..=86_401).contains(&ahead(&clock)));
        std::fs::write(&file, "soon").unwrap();
        assert!((-1..=1).contains(&ahead(&clock)));
    }
}
