//! Dates and numbers as the reader writes them.

use wasm_bindgen::JsValue;

const DAY: [(&str, &str); 3] = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
const TIME: [(&str, &str); 2] = [("hour", "numeric"), ("minute", "2-digit")];

/// A day in the reader's own form: "21 Nov 2026".
pub(crate) fn day(seconds: i64) -> String {
    written(seconds, &DAY)
}

/// A day and a time in the reader's own form: "21 Nov 2026, 15:43".
pub(crate) fn moment(seconds: i64) -> String {
    written(seconds, &[DAY.as_slice(), &TIME].concat())
}

fn written(seconds: i64, parts: &[(&str, &str)]) -> String {
    let options = js_sys::Object::new();
    for (name, value) in parts {
        // Setting a property of a fresh object does not fail.
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    #[expect(clippy::cast_precision_loss, reason = "a date has 54 bits of milliseconds")]
    let milliseconds = seconds as f64 * 1000.0;
    let date = js_sys::Date::new(&JsValue::from_f64(milliseconds));
    String::from(date.to_locale_string("default", &options))
}
