//! The keyhaven server: it stores sealed backups that it can never read.
