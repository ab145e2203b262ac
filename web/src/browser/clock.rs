//! The only place that asks what time it is.

/// Milliseconds since some moment, for how long something takes.
pub(crate) fn now_milliseconds() -> f64 {
    js_sys::Date::now()
}

/// Seconds since the epoch.
pub(crate) fn now_seconds() -> i64 {
    // Milliseconds since the epoch fit in an i64 for as long as there are people.
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
    let seconds = (js_sys::Date::now() / 1000.0) as i64;
    seconds
}
