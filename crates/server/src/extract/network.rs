//! Which network a request comes from: from the socket, or from the forwarded header of a listed proxy only.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderName, request::Parts},
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the socket; the listener puts it into every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Proxies whose forwarded header is believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedProxies(pub(crate) Arc<[IpAddr]>);

/// The network of a client: an IPv4 /24 or an IPv6 /48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network([u8; 6]);

/// An IPv4 /16 or an IPv6 /32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WiderNetwork([u8; 5]);

impl Network {
    /// The network that an address belongs to.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self([0, 0, 0, a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, ..] = address.octets();
                Self([a, b, c, d, e, f])
            }
        }
    }

    /// The network around it: an IPv4 /16 or an IPv6 /32, what one provider has.
    #[must_use]
    pub const fn wider(&self) -> WiderNetwork {
        match self.0 {
            [0, 0, 0, a, b, _] => WiderNetwork([0, 0, 0, a, b]),
            [a, b, c, d, ..] => WiderNetwork([a, b, c, d, 0]),
        }
    }

    /// The bytes that name it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<S> FromRequestParts<S> for Network
where
    S: Send + Sync,
    TrustedProxies: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        // A request that did not come over a socket (a test in the same process) is nobody's neighbour.
        let unspecified = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        let peer = parts
            .extensions
            .get::<Peer>()
            .map_or(unspecified, |peer| peer.0.ip());
        Ok(Self::of(client(
            peer,
            &parts.headers,
            &TrustedProxies::from_ref(state),
        )))
    }
}

/// The nearest address that is no trusted proxy's, counted from the socket outwards.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let forwarded: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let mut hops = forwarded.iter().flat_map(|value| value.split(',')).rev();
    while trusted.0.contains(&nearest) {
        match hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) {
            Some(hop) => nearest = hop.to_canonical(),
            None => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted = TrustedProxies(trusted.iter().map(|ip| ip.parse().unwrap()).collect());
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_his_address() {
        assert_eq!(seen("192.0.2.1", &["203.0.113.9"], &[]), "192.0.2.1");
        assert_eq!(seen("192.0.2.1", &["203.0.113.9"], &["10.0.0.1"]), "192.0.2.1");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, 203.0.113.9"], &["10.0.0.1"]),
            "203.0.113.9"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                &["6.6.6.6", "203.0.113.9, 10.0.0.2"],
                &["10.0.0.1", "10.0.0.2"]
            ),
            "203.0.113.9"
        );
        assert_eq!(seen("10.0.0.1", &["nonsense"], &["10.0.0.1"]), "10.0.0.1");
        assert_eq!(
            seen("::ffff:10.0.0.1", &["203.0.113.9"], &["10.0.0.1"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn neighbours_share_a_network() {
        let network = |ip: &str| Network::of(ip.parse().unwrap());
        assert_eq!(network("192.0.2.1"), network("192.0.2.255"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("2001:db8:1::1"), network("2001:db8:1:ffff::2"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.77"));
    }

    #[test]
    fn neighbouring_networks_share_a_wider_one() {
        let wider = |ip: &str| Network::of(ip.parse().unwrap()).wider();
        assert_eq!(wider("192.0.2.1"), wider("192.0.99.1"));
        assert_ne!(wider("192.0.2.1"), wider("192.1.2.1"));
        assert_eq!(wider("2001:db8:1::1"), wider("2001:db8:ffff::1"));
        assert_ne!(wider("2001:db8::1"), wider("2001:db9::1"));
        assert_ne!(wider("1.2.3.4"), wider("102:304::1"));
    }
}
