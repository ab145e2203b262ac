//! The OpenAPI document, made from the router's own table: what is not in the table is not served, and the other way
//! round.

use std::collections::BTreeMap;

use keyhaven_protocol::{
    error::{ErrorCode, FailureResponse},
    persona::legacy::REALM,
};
use utoipa::{
    ToSchema,
    openapi::{
        ComponentsBuilder, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, PathItem,
        PathsBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema, Server,
        content::ContentBuilder,
        header::HeaderBuilder,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{KnownFormat, SchemaFormat, SchemaType, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

use crate::{
    persona::sealed_bytes::ECHOED,
    route::{Auth, Conditional, Content, Route, Tag},
    router::table,
};

const BASIC: &str = "basic";
const SESSION: &str = "session";

/// The document of a server at this base URL.
pub(crate) fn document(base_url: &str) -> OpenApi {
    let table = table();
    let mut components = ComponentsBuilder::new();
    for (name, schema) in schemas(&table) {
        components = components.schema(name, schema);
    }
    let basic = SecurityScheme::Http(Http::new(HttpAuthScheme::Basic));
    let session = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = components
        .security_scheme(BASIC, basic)
        .security_scheme(SESSION, session);
    let mut paths = PathsBuilder::new();
    for route in &table {
        paths = paths.path(route.path, PathItem::new(method(route), operation(route)));
    }
    let tags = [Tag::Original, Tag::Keyhaven, Tag::Service].map(|tag| {
        TagBuilder::new()
            .name(tag.title())
            .description(Some(tag.description()))
            .build()
    });
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Keyhaven")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Stores sealed backups that it can never read."))
                .build(),
        )
        .servers(Some([Server::new(base_url)]))
        .tags(Some(tags))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

impl Tag {
    /// The heading.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Original => "Persona backups: the original wire",
            Self::Keyhaven => "Persona backups: our own client",
            Self::Service => "The server itself",
        }
    }

    /// What a reader should know first.
    pub(crate) fn description(self) -> String {
        match self {
            Self::Original => format!(
                "Basic authentication with address and password in every request, realm \"{REALM}\". Addresses are \
                 compared without case. Bodies with named texts may be JSON or a form; `code` and `new_password` are \
                 read where `reset_code` and `password` are."
            ),
            Self::Keyhaven => "A session proves the password and unlocks nothing: the keys that open a backup never \
                reach the server. Writes that replace something carry If-Match with its version, or If-None-Match: * \
                while there is nothing."
                .to_owned(),
            Self::Service => "For operators and tools.".to_owned(),
        }
    }
}

fn method(route: &Route) -> HttpMethod {
    match route.method.as_str() {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn schemas(table: &[Route]) -> BTreeMap<String, RefOr<Schema>> {
    let mut found = vec![(
        FailureResponse::name().into_owned(),
        <FailureResponse as utoipa::PartialSchema>::schema(),
    )];
    FailureResponse::schemas(&mut found);
    let contents = table
        .iter()
        .flat_map(|route| [route.doc.request, Some(route.doc.answer)])
        .flatten();
    for content in contents {
        if let Content::Json(json) = content {
            found.push(((json.name)().into_owned(), (json.schema)()));
            (json.parts)(&mut found);
        }
    }
    found.into_iter().collect()
}

fn operation(route: &Route) -> Operation {
    let doc = &route.doc;
    let mut operation = OperationBuilder::new()
        .tag(doc.tag.title())
        .summary(Some(doc.summary));
    for name in path_parameters(route.path) {
        operation = operation.parameter(parameter(name, ParameterIn::Path, Required::True));
    }
    for name in doc.query {
        operation = operation.parameter(parameter(name, ParameterIn::Query, Required::True));
    }
    if doc.conditional == Conditional::Yes {
        operation = operation
            .parameter(condition(
                "If-Match",
                "The version that is replaced: its ETag",
                "^\"(0|[1-9][0-9]{0,18})\"$",
                "\"1\"",
            ))
            .parameter(condition("If-None-Match", "There is nothing yet", "^\\*$", "*"));
    }
    match doc.auth {
        Auth::Nobody => {}
        Auth::Basic => operation = operation.security(SecurityRequirement::new::<_, _, String>(BASIC, [])),
        Auth::Session => {
            operation = operation.security(SecurityRequirement::new::<_, _, String>(SESSION, []))
        }
    }
    if let Some(content) = doc.request {
        let mut body = RequestBodyBuilder::new().required(Some(Required::True));
        for (media_type, schema) in bodies(content) {
            body = body.content(media_type, ContentBuilder::new().schema(Some(schema)).build());
        }
        operation = operation.request_body(Some(body.build()));
    }
    operation = operation.response("200", success(doc.answer));
    for (status, codes) in by_status(&doc.errors) {
        operation = operation.response(status.to_string(), failure(status, &codes));
    }
    operation.build()
}

/// The names in braces.
pub(crate) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn parameter(name: &str, place: ParameterIn, required: Required) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// One of the two conditions of a write.
fn condition(name: &str, says: &str, pattern: &str, example: &str) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern));
    ParameterBuilder::new()
        .name(name)
        .description(Some(says))
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .schema(Some(schema))
        .example(Some(example.into()))
        .build()
}

fn bodies(content: Content) -> Vec<(&'static str, RefOr<Schema>)> {
    match content {
        Content::EmptyObject | Content::Object => vec![(
            "application/json",
            ObjectBuilder::new().schema_type(Type::Object).into(),
        )],
        Content::Json(json) => {
            vec![(
                "application/json",
                RefOr::Ref(Ref::from_schema_name((json.name)())),
            )]
        }
        Content::Fields(names) => {
            let mut fields = ObjectBuilder::new().schema_type(Type::Object);
            for name in names {
                fields = fields
                    .property(*name, ObjectBuilder::new().schema_type(Type::String))
                    .required(*name);
            }
            let schema: RefOr<Schema> = fields.into();
            vec![
                ("application/json", schema.clone()),
                ("application/x-www-form-urlencoded", schema),
            ]
        }
        Content::Bytes(media_type) => {
            let bytes = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
            vec![(media_type, bytes.into())]
        }
        // Bytes of somebody else under a label of somebody else: nothing is promised of what is in them.
        Content::Stored => ECHOED
            .map(|media_type| {
                (
                    media_type,
                    ObjectBuilder::new().schema_type(SchemaType::AnyValue).into(),
                )
            })
            .into(),
        Content::Html => vec![("text/html", ObjectBuilder::new().schema_type(Type::String).into())],
    }
}

fn success(answer: Content) -> Response {
    let mut response = ResponseBuilder::new().description("Done");
    for (media_type, schema) in bodies(answer) {
        response = response.content(media_type, ContentBuilder::new().schema(Some(schema)).build());
    }
    response.build()
}

/// The codes of each status, each once, in the order of their names.
pub(crate) fn by_status(errors: &[ErrorCode]) -> BTreeMap<u16, Vec<ErrorCode>> {
    let mut found: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in errors {
        let codes = found.entry(code.status()).or_default();
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    found
        .values_mut()
        .for_each(|codes| codes.sort_by_key(|code| code.name()));
    found
}

fn failure(status: u16, codes: &[ErrorCode]) -> Response {
    let sentences: Vec<_> = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.name(), code.message()))
        .collect();
    let schema: RefOr<Schema> = RefOr::Ref(Ref::from_schema_name(FailureResponse::name()));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let text = || {
        HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build()
    };
    let mut response = ResponseBuilder::new()
        .description(sentences.join("; "))
        .header("x-request-id", text());
    for name in own_headers(status) {
        response = response.header(*name, text());
    }
    response.content("application/json", content).build()
}

/// What tells a client when or how to come back.
const fn own_headers(status: u16) -> &'static [&'static str] {
    match status {
        401 => &["www-authenticate"],
        405 => &["allow"],
        429 | 503 => &["retry-after"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
