//! Errors on the wire: `{"failure": {"code": [4, 9], "message": "…", "error": "address_taken"}}`.
//!
//! `code` and `message` are the original wire's; `error` is the stable name that our clients read. The status is the
//! first number of `code` times 100 plus the second.

use serde::{Deserialize, Serialize};

/// The body of every failed request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailureResponse {
    /// What went wrong.
    pub failure: Failure,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// The status in two numbers, or one where the second is zero: `[4]`, `[4, 9]`.
    pub code: Vec<u16>,
    /// A sentence for a developer; people read the app's own words for `error`.
    pub message: String,
    /// The stable name.
    pub error: ErrorCode,
    /// The same as the `x-request-id` header, to quote when asking for help.
    pub request_id: String,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $status:literal, $name:literal, $message:literal;)*) => {
        /// The stable name of an error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
            /// A name that a newer server uses.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl ErrorCode {
            /// Every code a server of this version answers.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The HTTP status it comes with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* Self::Unknown => 500 }
            }

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* Self::Unknown => "unknown" }
            }

            /// The sentence for a developer.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)* Self::Unknown => "Unknown error" }
            }
        }
    };
}

error_codes! {
    /// A required parameter is absent.
    MissingParameters = 400, "missing_parameters", "Missing parameters";
    /// `PUT /password/reset` without an address.
    MissingEmailParameter = 400, "missing_email_parameter", "Missing email parameter";
    /// `POST /password/reset` without an address.
    EmptyEmail = 400, "empty_email", "Empty email parameter";
    /// `POST /password/reset` without a code.
    EmptyResetCode = 400, "empty_reset_code", "Empty reset code parameter";
    /// `POST /password/reset` without a password.
    EmptyPassword = 400, "empty_password", "Empty password parameter";
    /// The text is not an e-mail address.
    InvalidEmail = 400, "invalid_email", "Not an e-mail address";
    /// A password that is too long, or no derived key where one is expected.
    InvalidPassword = 400, "invalid_password", "Not an acceptable password value";
    /// The body is not what the route reads.
    MalformedBody = 400, "malformed_body", "Malformed body";
    /// The body is empty where bytes are expected.
    EmptyBody = 400, "empty_body", "Empty body";
    /// No content type where one is stored.
    MissingContentType = 400, "missing_content_type", "Missing content type";
    /// An id with a slash, of no or of too great a length, or with control characters.
    InvalidId = 400, "invalid_id", "Not an acceptable id";
    /// A path or query that does not parse.
    MalformedUrl = 400, "malformed_url", "Malformed URL";
    /// Derivation parameters below the floor or above the ceiling.
    KdfOutOfBounds = 400, "kdf_out_of_bounds", "Key derivation parameters out of bounds";
    /// A key record that contradicts itself or the account.
    InvalidKeyRecord = 400, "invalid_key_record", "Not an acceptable key record";
    /// Address or password wrong, session ended, or none given: never told apart.
    Unauthorized = 401, "unauthorized", "Access denied";
    /// A proof, auth value or code of the right shape that is not the right one.
    WrongProof = 403, "wrong_proof", "The proof does not match";
    /// The recovery code in force is right, and does not decide as long as a former one is kept.
    FormerCodeDecides = 403, "former_code_decides", "The former recovery code decides";
    /// The account is unproven: this needs unlocking first.
    AccountUnproven = 403, "account_unproven", "Unlock the backup first";
    /// The account is disputed: only the recovery code, or time, allows this.
    AccountDisputed = 403, "account_disputed", "The account is disputed";
    /// The account is frozen: lift it first.
    AccountFrozen = 403, "account_frozen", "The account is frozen";
    /// The account is deleted: take that back first.
    AccountDeleted = 403, "account_deleted", "The account is deleted";
    /// No such path.
    NotFound = 404, "not_found", "No such path";
    /// No such object, key record or session of this account.
    NoSuchItem = 404, "no_such_item", "No such item";
    /// The path exists, the method does not.
    MethodNotAllowed = 405, "method_not_allowed", "Method not allowed";
    /// The body stopped coming, or came too slowly.
    BodyTimeout = 408, "body_timeout", "The body did not arrive in time";
    /// The address has an account.
    AddressTaken = 409, "address_taken", "Email already registered; Reset password or try another email";
    /// The account has an id or a key record already.
    AlreadyExists = 409, "already_exists", "Already exists";
    /// `GET /personas/{id}` of an id that is not there.
    PersonaNotFound = 410, "persona_not_found", "Persona not found";
    /// Reset failed: wrong, expired, used or foreign code, unknown address; never told apart.
    InvalidResetCode = 410, "invalid_reset_code", "Invalid reset code, please request another";
    /// The code of a letter that confirms or freezes: wrong, expired or used; never told apart.
    InvalidLinkCode = 410, "invalid_link_code", "Invalid or used link";
    /// Somebody else wrote in between: read again, then write.
    VersionConflict = 412, "version_conflict", "Changed in between";
    /// Larger than the route takes.
    TooLarge = 413, "too_large", "Body too large";
    /// The body has a type that the route does not read.
    UnsupportedMediaType = 415, "unsupported_media_type", "Unsupported media type";
    /// A conditional write without its condition.
    PreconditionRequired = 428, "precondition_required", "If-Match or If-None-Match required";
    /// Too many requests of this kind.
    RateLimited = 429, "rate_limited", "Too many requests";
    /// A fault on our side; the log has it under the request id.
    Internal = 500, "internal", "Internal error";
    /// More work than the server takes on at once; `Retry-After` says when.
    Busy = 503, "busy", "Busy, try again";
    /// The account's quota is used up; nothing was dropped.
    QuotaExceeded = 507, "quota_exceeded", "Quota exceeded";
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|error| error.name())))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ErrorCode {}

impl Failure {
    /// The failure of `error` in the request `request_id`.
    #[must_use]
    pub fn new(error: ErrorCode, request_id: String) -> Self {
        let status = error.status();
        let code = if status.is_multiple_of(100) {
            vec![status / 100]
        } else {
            vec![status / 100, status % 100]
        };
        Self {
            code,
            message: error.message().to_owned(),
            error,
            request_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_in_the_code() {
        for error in ErrorCode::ALL {
            let code = Failure::new(*error, String::new()).code;
            let status = code[0] * 100 + code.get(1).copied().unwrap_or(0);
            assert_eq!(status, error.status(), "{}", error.name());
        }
        assert_eq!(Failure::new(ErrorCode::EmptyBody, String::new()).code, [4]);
        assert_eq!(Failure::new(ErrorCode::AddressTaken, String::new()).code, [4, 9]);
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::HashSet<_> = ErrorCode::ALL.iter().map(|error| error.name()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
    }
}
