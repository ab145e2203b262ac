//! Storing, listing, restoring, deleting: with an honest server, and with a connection that is not.

mod races;
mod restoring;
mod sitting;
mod storing;

const OBJECTS: &str = "/persona/v1/objects";
