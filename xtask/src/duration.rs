//! How long something took, as people say it.

use std::time::Duration;

/// `0.3 s`, `12.4 s`, `3 min 07 s`.
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_durations_read_naturally() {
        assert_eq!(in_words(Duration::from_millis(340)), "0.3 s");
        assert_eq!(in_words(Duration::from_millis(12_440)), "12.4 s");
        assert_eq!(in_words(Duration::from_secs(187)), "3 min 07 s");
    }
}
