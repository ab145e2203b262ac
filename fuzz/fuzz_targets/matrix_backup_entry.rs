#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| keyhaven_fuzz::run("matrix_backup_entry", input));
