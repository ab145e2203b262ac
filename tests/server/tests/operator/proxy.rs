//! nginx in front, with the configuration that the operator's guide shows.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use keyhaven_protocol::parts::parts;
use keyhaven_server_tests::{
    authority::Authority,
    http::{Answer, Request},
    person::{create_account, kdf, random},
    server::Server,
};
use rustls::pki_types::ServerName;
use serde_json::json;
use tempfile::TempDir;

const EXAMPLE: &str = include_str!("../../../../docs/deploy/nginx.conf");
const NAME: &str = "keys.example.org";
const PATIENCE: Duration = Duration::from_secs(20);
const MIB: usize = 1024 * 1024;

/// nginx with the example's site, other ports and a certificate of its own.
struct Proxy {
    process: Child,
    address: SocketAddr,
    authority: Authority,
    _folder: TempDir,
}

impl Proxy {
    fn before(upstream: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let (certificate, key) = authority.certificate_and_key(NAME);
        fs::write(folder.path().join("cert.pem"), certificate).unwrap();
        fs::write(folder.path().join("key.pem"), key).unwrap();
        let [tls, plain] = free_ports();
        let in_folder = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let mut site = EXAMPLE.to_owned();
        for (shown, ours) in [
            ("server 127.0.0.1:8000;", format!("server {upstream};")),
            ("listen 80;", format!("listen 127.0.0.1:{plain};")),
            ("    listen [::]:80;\n", String::new()),
            (
                "listen 443 ssl http2;",
                format!("listen 127.0.0.1:{tls} ssl http2;"),
            ),
            ("    listen [::]:443 ssl http2;\n", String::new()),
            (
                "/etc/letsencrypt/live/keys.example.org/fullchain.pem",
                in_folder("cert.pem"),
            ),
            (
                "/etc/letsencrypt/live/keys.example.org/privkey.pem",
                in_folder("key.pem"),
            ),
            ("/var/log/nginx/keyhaven.error.log", in_folder("error.log")),
        ] {
            assert!(site.contains(shown), "the example has no `{shown}` any more");
            site = site.replace(shown, &ours);
        }
        fs::write(folder.path().join("site.conf"), site).unwrap();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};", in_folder(kind)));
        let main = format!(
            "{}daemon off;\npid {};\nerror_log {} warn;\nevents {{}}\nhttp {{\n{}\ninclude {};\n}}\n",
            if is_root() { "user root;\n" } else { "" },
            in_folder("pid"),
            in_folder("main.log"),
            temporary.join("\n"),
            in_folder("site.conf"),
        );
        fs::write(folder.path().join("nginx.conf"), main).unwrap();
        let process = Command::new(nginx())
            .arg("-e")
            .arg(folder.path().join("main.log"))
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let proxy = Self {
            process,
            address: ([127, 0, 0, 1], tls).into(),
            authority,
            _folder: folder,
        };
        proxy.wait();
        proxy
    }

    fn wait(&self) {
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < until, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).header("host", NAME)
    }

    fn connect(&self) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
        let config = Arc::new(self.authority.client_config());
        let name = ServerName::try_from(NAME).unwrap();
        let connection = rustls::ClientConnection::new(config, name).unwrap();
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        rustls::StreamOwned::new(connection, stream)
    }

    fn send(&self, request: &Request) -> Answer {
        let mut stream = self.connect();
        // nginx may answer before it has everything, and close.
        let _answered_early = stream.write_all(&request.to_bytes());
        let mut received = Vec::new();
        let _closed = stream.read_to_end(&mut received);
        Answer::of_bytes(&received)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // A kill would leave its workers.
        let _asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        let _status = self.process.wait();
    }
}

fn nginx() -> PathBuf {
    let system = Path::new("/usr/sbin/nginx");
    if system.exists() {
        system.to_owned()
    } else {
        PathBuf::from("nginx")
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

/// Ports that were free a moment ago.
fn free_ports() -> [u16; 2] {
    let taken = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    taken.map(|listener| listener.local_addr().unwrap().port())
}

fn server_behind(config: &str) -> Server {
    Server::start_with(&format!(
        "base_url = \"https://{NAME}\"\ntrusted_proxies = [\"127.0.0.1\"]\nmail.outbox = true\n{config}"
    ))
}

#[test]
fn a_person_signs_up_stores_and_reads_through_the_proxy() {
    let server = server_behind("");
    let proxy = Proxy::before(server.address());
    let (auth_key, id) = (random::<32>(), random::<16>());
    let account = json!({ "email": "carol@example.org", "account_id": random::<16>(), "auth_key": auth_key, "kdf": kdf() });
    proxy
        .send(&proxy.request("POST", "/persona/v1/accounts").json(&account))
        .expect_done();
    let credentials = json!({ "email": "carol@example.org", "auth_key": auth_key });
    let session = proxy.send(&proxy.request("POST", "/persona/v1/sessions").json(&credentials));
    assert_eq!(session.status, 200, "{session}");
    let token = session.json()["token"].as_str().unwrap().to_owned();
    let written = proxy.send(
        &proxy
            .request("PUT", &format!("/persona/v1/objects/{id}"))
            .bearer(&token)
            .header("if-none-match", "*")
            .body(
                "application/vnd.keyhaven.parts",
                parts(&[b"inventory", b"object"]),
            ),
    );
    assert_eq!(
        (written.status, written.header("etag")),
        (200, "\"1\""),
        "{written}"
    );
    let read = proxy.send(
        &proxy
            .request("GET", &format!("/persona/v1/objects/{id}"))
            .bearer(&token),
    );
    assert_eq!(read.body, b"object", "{read}");
    assert_eq!(
        read.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
    assert!(read.header("strict-transport-security").starts_with("max-age="));
}

#[test]
fn the_largest_object_passes_and_what_is_longer_is_refused_by_the_server_itself() {
    let server = server_behind("");
    let proxy = Proxy::before(server.address());
    create_account(&server, "carol@example.org", "x").expect_done();
    let store = |len: usize| {
        let request = proxy
            .request("POST", "/personas/a")
            .basic("carol@example.org", "x");
        proxy.send(&request.body("application/zip", vec![7; len]))
    };
    store(10 * MIB).expect_done();
    let read = proxy.send(
        &proxy
            .request("GET", "/personas/a")
            .basic("carol@example.org", "x"),
    );
    assert_eq!((read.status, read.body.len()), (200, 10 * MIB));
    store(10 * MIB + 1).expect_failure(413, "too_large");
}

#[test]
fn who_asks_is_whom_the_proxy_sees_and_not_whom_the_client_names() {
    let server = server_behind("[accounts]\nsign_ups = 2\n");
    let proxy = Proxy::before(server.address());
    let sign_up = |number: u8, request: Request| {
        let account = json!({ "email": format!("person{number}@example.org"), "password": "x" });
        request
            .header("x-forwarded-for", format!("203.0.{number}.7"))
            .json(&account)
    };
    let through = |number| {
        proxy
            .send(&sign_up(number, proxy.request("POST", "/accounts")))
            .status
    };
    assert_eq!([through(1), through(2), through(3)], [200, 200, 429]);
    // The control: what a listed proxy says is believed.
    let direct = |number| sign_up(number, server.request("POST", "/accounts")).send().status;
    assert_eq!([direct(4), direct(5), direct(6)], [200, 200, 200]);
}

/// A server that says what it got, and answers once the test lets it.
fn upstream(answer: &'static str) -> (SocketAddr, mpsc::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let tell = tell.clone();
            std::thread::spawn(move || {
                let mut received = Vec::new();
                let mut buffer = [0; 64 * 1024];
                while !received.ends_with(b"the end") {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => return,
                        Ok(len) => received.extend_from_slice(&buffer[..len]),
                    }
                    let _heard = tell.send(received.len());
                }
                let _gone = stream.write_all(answer.as_bytes());
            });
        }
    });
    (address, told)
}

#[test]
fn a_body_goes_through_while_it_comes_and_a_busy_server_is_passed_on_as_it_is() {
    let (address, told) = upstream(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
    let proxy = Proxy::before(address);
    let mut body = vec![b'x'; MIB];
    body.extend_from_slice(b"the end");
    let whole = proxy
        .request("POST", "/personas/a")
        .body("application/zip", body)
        .to_bytes();
    let (most, last) = whole.split_at(whole.len() - 100_000);
    let mut stream = proxy.connect();
    stream.write_all(most).unwrap();
    // The end is not sent before the server has the beginning.
    let early = told.recv_timeout(PATIENCE).unwrap();
    assert!(early > 0 && early < whole.len());
    stream.write_all(last).unwrap();
    let mut received = Vec::new();
    let _closed = stream.read_to_end(&mut received);
    let answer = Answer::of_bytes(&received);
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, "7"),
        "{answer}"
    );
    assert_eq!(answer.body, b"{}");
}
