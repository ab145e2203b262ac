use keyhaven_server_tests::server::Server;
use serde_json::json;

#[test]
fn status_names_the_wire_the_start_and_the_base() {
    let server = Server::start();
    let answer = server
        .request("GET", "/status")
        .header("host", "evil.example")
        .send();
    assert_eq!(answer.status, 200);
    let status = answer.json();
    assert_eq!(status["name"], "Key Backup Service");
    assert_eq!(status["version"], json!([1, 0, 0]));
    assert_eq!(status["url"], format!("http://{}", server.address()));
    let started = status["started"].as_str().unwrap();
    assert!(
        started.starts_with("20") && started.ends_with('Z') && started.len() == 20,
        "{started}"
    );
    assert_eq!(status.as_object().unwrap().len(), 4);
}
