//! Formats and client-side secrets of Keyhaven: no I/O, no clock, randomness passed in.
