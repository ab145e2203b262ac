//! One test, or more, for each row of the original wire's table.

mod accounts;
mod personas;
mod reset;
mod states;
mod status;
