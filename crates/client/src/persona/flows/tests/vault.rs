//! Storing, listing, restoring, deleting: with an honest server, and with a connection that is not.

mod races;
mod restoring;
mod sealing_again;
mod sitting;
mod states;
mod storing;
mod versions;

const OBJECTS: &str = "/persona/v1/objects";
