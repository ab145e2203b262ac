//! Days, as operators write them.

use std::fmt;

use keyhaven_storage::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use toml::value::{Date, Datetime};

use super::{CivilTime, SECONDS_PER_DAY};

/// A day in UTC. In files it is a date of TOML: `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Day {
    since_epoch: i64,
}

impl Day {
    /// The day of a point in time.
    #[must_use]
    pub const fn of(time: Timestamp) -> Self {
        Self {
            since_epoch: time.0.div_euclid(SECONDS_PER_DAY),
        }
    }

    /// Its first second.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp(self.since_epoch.saturating_mul(SECONDS_PER_DAY))
    }

    /// The day after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self {
            since_epoch: self.since_epoch.saturating_add(1),
        }
    }

    /// The day so many days after it.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self {
            since_epoch: self.since_epoch.saturating_add(days.into()),
        }
    }

    /// The day of that name, by the era arithmetic that [`CivilTime::of`] turns round; `None` where no day has it.
    fn named(date: Date) -> Option<Self> {
        let [year, month, day] = [i64::from(date.year), i64::from(date.month), i64::from(date.day)];
        // A year begins in March, so that the leap day is its last.
        let (year, shifted_month) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let found = Self {
            since_epoch: era * 146_097 + day_of_era - 719_468,
        };
        (found.date() == Some(date)).then_some(found)
    }

    /// `None` where its year has more than four digits.
    fn date(self) -> Option<Date> {
        let CivilTime { year, month, day, .. } = CivilTime::of(self.start());
        let year = u16::try_from(year).ok().filter(|year| *year <= 9999)?;
        Some(Date { year, month, day })
    }
}

/// `2026-11-22`
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CivilTime { year, month, day, .. } = CivilTime::of(self.start());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let date = self.date().ok_or_else(|| S::Error::custom("no such year"))?;
        Datetime::from(date).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Datetime::deserialize(deserializer)? {
            Datetime {
                date: Some(date),
                time: None,
                offset: None,
            } => Self::named(date).ok_or_else(|| D::Error::custom("no such day")),
            _ => Err(D::Error::custom("not a day such as 2026-11-22")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct File {
        day: Day,
    }

    fn read(day: &str) -> Option<Day> {
        let file: Result<File, _> = toml::from_str(&format!("day = {day}\n"));
        file.ok().map(|file| file.day)
    }

    #[test]
    fn known_days_begin_at_their_known_seconds() {
        for (name, seconds) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2000-03-01", 951_868_800),
            ("2026-11-22", 1_795_305_600),
            ("2100-02-28", 4_107_456_000),
            ("2100-03-01", 4_107_542_400),
            ("0001-01-01", -62_135_596_800),
            ("9999-12-31", 253_402_214_400),
        ] {
            let day = read(name).unwrap();
            assert_eq!(day.start(), Timestamp(seconds), "{name}");
            assert_eq!(day.to_string(), name);
            assert_eq!(Day::of(Timestamp(seconds + 86_399)), day);
            assert_eq!(Day::of(Timestamp(seconds + 86_400)), day.next());
            let written = toml::to_string(&File { day }).unwrap();
            assert_eq!(written, format!("day = {name}\n"));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2100-02-29",
            "2026-13-01",
            "2026-11-22T00:00:00",
            "2026-11-22T00:00:00Z",
            "12:00:00",
            "1795305600",
            "\"2026-11-22\"",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn no_point_in_time_panics() {
        for seconds in [i64::MIN, i64::MAX] {
            let day = Day::of(Timestamp(seconds)).next();
            let _shown = (day.to_string(), day.start());
        }
    }
}
