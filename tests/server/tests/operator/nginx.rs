//! nginx from Debian, with the configuration that the operator's guide shows.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use keyhaven_server_tests::{
    authority::Authority,
    http::{Answer, Request},
};
use rustls::pki_types::ServerName;
use tempfile::TempDir;

/// Lets a test say with a header from which address nginx sees it.
const SEEN_FROM: &str = "set_real_ip_from 127.0.0.1;\nreal_ip_header x-seen-from;";
const EXAMPLE: &str = include_str!("../../../../docs/deploy/nginx.conf");
pub(super) const NAME: &str = "keys.example.org";
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// nginx with the example's site, other ports and a certificate of its own.
pub(super) struct Proxy {
    process: Child,
    address: SocketAddr,
    plain: SocketAddr,
    authority: Authority,
    _folder: TempDir,
}

impl Proxy {
    pub(super) fn before(upstream: SocketAddr) -> Self {
        Self::with(upstream, &[])
    }

    /// With other values in the place of some of the example's.
    pub(super) fn with(upstream: SocketAddr, values: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new();
        let (certificate, key) = authority.certificate_and_key(NAME);
        fs::write(folder.path().join("cert.pem"), certificate).unwrap();
        fs::write(folder.path().join("key.pem"), key).unwrap();
        let [tls, plain] = free_ports();
        let in_folder = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let mut site = EXAMPLE.to_owned();
        let places = [
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
        ];
        let values = values.iter().map(|(shown, ours)| (*shown, (*ours).to_owned()));
        for (shown, ours) in places.into_iter().chain(values) {
            assert!(site.contains(shown), "the example has no `{shown}` any more");
            site = site.replace(shown, &ours);
        }
        fs::write(folder.path().join("site.conf"), site).unwrap();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};", in_folder(kind)));
        let main = format!(
            "{}daemon off;\npid {};\nerror_log {} warn;\nevents {{}}\nhttp {{\n{SEEN_FROM}\n{}\ninclude {};\n}}\n",
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
            plain: ([127, 0, 0, 1], plain).into(),
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

    pub(super) fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).header("host", NAME)
    }

    pub(super) fn connect(&self) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
        let config = Arc::new(self.authority.client_config());
        let name = ServerName::try_from(NAME).unwrap();
        let connection = rustls::ClientConnection::new(config, name).unwrap();
        rustls::StreamOwned::new(connection, self.connect_only())
    }

    /// Without TLS, where it sends people to the other port.
    pub(super) fn connect_plain(&self) -> TcpStream {
        let stream = TcpStream::connect(self.plain).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// To the port with TLS, before TLS.
    pub(super) fn connect_only(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    pub(super) fn send(&self, request: &Request) -> Answer {
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

/// A server that says what it got, and answers once the test lets it.
pub(super) fn upstream(answer: &'static str) -> (SocketAddr, mpsc::Receiver<usize>) {
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
