//! Numbers, sizes and counts.

/// With thousands separators: 8,575.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: "1 persona", "12 personas".
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Bytes as people read them: "512 bytes", "4.2 KB", "9 MB".
pub(crate) fn size(bytes: u64) -> String {
    const STEP: u64 = 1024;
    let (unit, name) = match bytes {
        0..STEP => return counted(bytes, "byte", "bytes"),
        STEP..1_048_576 => (STEP, "KB"),
        1_048_576..1_073_741_824 => (STEP * STEP, "MB"),
        _ => (STEP * STEP * STEP, "GB"),
    };
    let tenths = bytes.saturating_mul(10) / unit;
    if tenths >= 100 || tenths.is_multiple_of(10) {
        format!("{} {name}", count(tenths / 10))
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_sizes_rounded_down() {
        assert_eq!(
            [count(0), count(999), count(8_575), count(1_234_567)],
            ["0", "999", "8,575", "1,234,567"]
        );
        assert_eq!(
            [size(0), size(1), size(1023)],
            ["0 bytes", "1 byte", "1,023 bytes"]
        );
        assert_eq!(
            [size(1024), size(4_301), size(10_485_759)],
            ["1 KB", "4.2 KB", "9.9 MB"]
        );
        assert_eq!(size(u64::MAX), "1,717,986,918 GB");
    }
}
