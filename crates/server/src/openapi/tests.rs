use std::collections::BTreeSet;

use super::*;

/// What the document says, read as any tool would.
fn documented() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(document("https://keys.example.org")).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

#[test]
fn the_document_names_every_route_and_no_other() {
    let served = table()
        .iter()
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    assert_eq!(documented(), served);
}

#[test]
fn every_route_says_what_it_is_and_how_it_fails() {
    let document = serde_json::to_value(document("https://keys.example.org")).unwrap();
    for route in table() {
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        assert_ne!(operation["summary"].as_str().unwrap(), "", "{}", route.path);
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("200"));
        for code in &route.doc.errors {
            let response = &responses[&code.status().to_string()];
            assert!(
                response["description"].as_str().unwrap().contains(code.name()),
                "{}",
                route.path
            );
            let waits = [429, 503].contains(&code.status());
            assert_eq!(response["headers"].get("retry-after").is_some(), waits);
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_string(&document("https://keys.example.org")).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&document).unwrap();
    for reference in document
        .split("\"$ref\":\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(parsed.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn what_is_json_is_described_as_json() {
    let document = document("https://keys.example.org");
    let document = serde_json::to_value(&document).unwrap();
    let operations = document["paths"].as_object().unwrap().values();
    let mut seen = 0;
    for operation in operations.flat_map(|path| path.as_object().unwrap().values()) {
        let answers = operation["responses"].as_object().unwrap().values();
        for body in answers.chain([&operation["requestBody"]]) {
            let Some(schema) = body["content"]
                .get("application/json")
                .map(|json| &json["schema"])
            else {
                continue;
            };
            seen += 1;
            assert_ne!(schema["format"], "binary", "{operation}");
        }
    }
    assert!(seen > 100, "{seen}");
}
