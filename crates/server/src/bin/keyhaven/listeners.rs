//! Who may connect to the server, and the second listener for those who watch it.

use std::net::SocketAddr;

use anyhow::Context as _;
use keyhaven_server::{
    app_state::AppState,
    config::Config,
    metrics::{self, Metrics},
    serve::{Gate, raise_open_files_for, serve},
};
use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait to be taken. The usual 128 are over in a moment under load, and whoever comes then tries again
/// only after a second. The system may allow fewer.
const WAITING_MAX: u32 = 4096;

/// Binds an address that a server may have left a moment ago.
pub(crate) fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_MAX)
}

/// The gate that a configuration asks for, as far as the system allows.
pub(crate) fn gate(config: &Config, metrics: Metrics) -> Gate {
    let wanted = config.load.connections;
    let connections = raise_open_files_for(wanted);
    if connections < wanted {
        tracing::warn!(
            connections,
            "the system allows fewer open files than load.connections asks for"
        );
    }
    Gate {
        connections,
        connections_per_network: config.load.connections_per_network,
        trusted_proxies: config.trusted_proxies.clone(),
        metrics,
    }
}

/// The listener of the metrics; ends when dropped.
pub(crate) struct Watched(Option<tokio::task::JoinHandle<()>>);

impl Watched {
    /// Connections of whoever watches.
    const CONNECTIONS: u32 = 16;

    /// Binds it, if the configuration names one.
    pub(crate) async fn start(config: &Config, state: AppState) -> anyhow::Result<Self> {
        let Some(address) = config.metrics else {
            return Ok(Self(None));
        };
        let listener = listen(address).with_context(|| format!("cannot listen on {address} for metrics"))?;
        tracing::info!(address = %listener.local_addr()?, "metrics are served");
        let gate = Gate {
            connections: Self::CONNECTIONS,
            connections_per_network: Self::CONNECTIONS,
            trusted_proxies: Vec::new(),
            metrics: Metrics::default(),
        };
        let served = serve(listener, metrics::router(state), gate, std::future::pending());
        Ok(Self(Some(tokio::spawn(served))))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
