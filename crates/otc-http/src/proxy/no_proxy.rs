//! The hosts that are reached without a proxy.

use std::net::IpAddr;

use ipnet::IpNet;

/// The entries of `NO_PROXY`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    hosts: Hosts,
    /// `None` matches every port.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq)]
enum Hosts {
    /// `*`
    All,
    /// `10.0.0.1` and `10.0.0.0/8`
    Network(IpNet),
    /// `example.com` and, as in curl, `.example.com`: the domain and the hosts below it. Lower case.
    Domain(String),
    /// `*.example.com`: the hosts below the domain. Lower case.
    Below(String),
}

impl NoProxy {
    /// Reads entries separated by commas or spaces. Other programs read the variable too, so an entry that is not
    /// understood is only logged.
    pub(super) fn parse(variable: &str, text: &str) -> Self {
        let entries = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        Self(
            entries
                .filter_map(|entry| {
                    let parsed = Entry::parse(entry);
                    if parsed.is_none() {
                        tracing::warn!(
                            "{variable}: `{entry}` is ignored; expected `*`, a domain, `host:port`, an IP address or a \
                             network such as 10.0.0.0/8"
                        );
                    }
                    parsed
                })
                .collect(),
        )
    }

    pub(super) fn contains(&self, host: &str, port: u16) -> bool {
        let address = address(host);
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        self.0.iter().filter(|entry| entry.port.is_none_or(|only| only == port)).any(|entry| {
            match (&entry.hosts, address) {
                (Hosts::All, _) => true,
                (Hosts::Network(network), Some(address)) => network.contains(&address),
                (Hosts::Domain(domain), None) => host == *domain || is_below(domain),
                (Hosts::Below(domain), None) => is_below(domain),
                (Hosts::Network(_), None) | (Hosts::Domain(_) | Hosts::Below(_), Some(_)) => false,
            }
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if let Some(network) = network(text) {
            return Some(Self { hosts: Hosts::Network(network), port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (text, None),
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let domain = |domain: &str| {
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
            (!domain.is_empty() && domain.chars().all(is_name)).then(|| domain.to_owned())
        };
        let hosts = if host == "*" {
            Hosts::All
        } else if let Some(network) = network(&host) {
            Hosts::Network(network)
        } else if let Some(below) = host.strip_prefix("*.") {
            Hosts::Below(domain(below)?)
        } else {
            Hosts::Domain(domain(host.strip_prefix('.').unwrap_or(&host))?)
        };
        Some(Self { hosts, port })
    }
}

/// A network, or the network of one address.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| address(text).map(IpNet::from))
}

/// The address that a host is, with or without the brackets of IPv6.
pub(super) fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}
