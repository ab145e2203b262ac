//! One row of the router's table: what is served where, and what the document says about it.

use std::borrow::Cow;

use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use keyhaven_protocol::error::ErrorCode;
use utoipa::{
    ToSchema,
    openapi::{RefOr, schema::Schema},
};

use crate::app_state::AppState;

/// Which part of the API a route belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tag {
    /// The wire of the system that exists.
    Original,
    /// Our own client's routes.
    Keyhaven,
    /// About the server itself.
    Service,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auth {
    Nobody,
    Basic,
    Session,
}

/// A schema by its type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonSchema {
    pub(crate) name: fn() -> Cow<'static, str>,
    pub(crate) schema: fn() -> RefOr<Schema>,
    pub(crate) parts: fn(&mut Vec<(String, RefOr<Schema>)>),
}

/// What a body holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// `{}`
    EmptyObject,
    /// A JSON object whose shape is another standard's.
    Object,
    /// JSON of a type.
    Json(JsonSchema),
    /// Named texts, as JSON or as a form; the names that are required.
    Fields(&'static [&'static str]),
    /// Bytes of this media type.
    Bytes(&'static str),
    /// Stored bytes, under whichever harmless type they were stored.
    Stored,
    /// A page.
    Html,
}

/// Whether a write carries its condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conditional {
    No,
    Yes,
}

/// What the document says about a route.
#[derive(Debug)]
pub(crate) struct RouteDoc {
    pub(crate) tag: Tag,
    pub(crate) summary: &'static str,
    pub(crate) auth: Auth,
    pub(crate) query: &'static [&'static str],
    pub(crate) conditional: Conditional,
    pub(crate) request: Option<Content>,
    pub(crate) answer: Content,
    pub(crate) errors: Vec<ErrorCode>,
}

/// One row of the table.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) handler: MethodRouter<AppState>,
    pub(crate) doc: RouteDoc,
}

impl Route {
    pub(crate) fn get<T: 'static>(path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        Self::new(Method::GET, path, on(MethodFilter::GET, handler))
    }

    pub(crate) fn post<T: 'static>(path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        Self::new(Method::POST, path, on(MethodFilter::POST, handler))
    }

    pub(crate) fn put<T: 'static>(path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        Self::new(Method::PUT, path, on(MethodFilter::PUT, handler))
    }

    pub(crate) fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, AppState>) -> Self {
        Self::new(Method::DELETE, path, on(MethodFilter::DELETE, handler))
    }

    fn new(method: Method, path: &'static str, handler: MethodRouter<AppState>) -> Self {
        let mut errors = vec![ErrorCode::Internal, ErrorCode::Busy];
        if path.contains('{') {
            errors.push(ErrorCode::MalformedUrl);
        }
        let doc = RouteDoc {
            tag: Tag::Service,
            summary: "",
            auth: Auth::Nobody,
            query: &[],
            conditional: Conditional::No,
            request: None,
            answer: Content::EmptyObject,
            errors,
        };
        Self {
            method,
            path,
            handler,
            doc,
        }
    }

    pub(crate) fn about(mut self, tag: Tag, summary: &'static str) -> Self {
        self.doc.tag = tag;
        self.doc.summary = summary;
        self
    }

    pub(crate) fn query(mut self, names: &'static [&'static str]) -> Self {
        self.doc.query = names;
        self
    }

    pub(crate) fn basic(mut self) -> Self {
        self.doc.auth = Auth::Basic;
        self.fails(&[ErrorCode::Unauthorized, ErrorCode::RateLimited])
    }

    pub(crate) fn session(mut self) -> Self {
        self.doc.auth = Auth::Session;
        self.fails(&[ErrorCode::Unauthorized])
    }

    pub(crate) fn conditional(mut self) -> Self {
        self.doc.conditional = Conditional::Yes;
        self.fails(&[ErrorCode::PreconditionRequired, ErrorCode::VersionConflict])
    }

    pub(crate) fn takes(mut self, content: Content) -> Self {
        self.doc.request = Some(content);
        let route = self.fails(&[
            ErrorCode::MalformedBody,
            ErrorCode::TooLarge,
            ErrorCode::BodyTimeout,
        ]);
        match content {
            Content::Json(_) => route.fails(&[ErrorCode::UnsupportedMediaType]),
            _ => route,
        }
    }

    pub(crate) fn answers(mut self, content: Content) -> Self {
        self.doc.answer = content;
        self
    }

    pub(crate) fn fails(mut self, errors: &[ErrorCode]) -> Self {
        self.doc.errors.extend_from_slice(errors);
        self
    }
}

impl Content {
    pub(crate) const fn json<T: ToSchema>() -> Self {
        Self::Json(JsonSchema {
            name: T::name,
            schema: T::schema,
            parts: T::schemas,
        })
    }
}
