//! Hosts that are reached without a proxy, as `NO_PROXY` lists them.

use std::net::IpAddr;

/// What a list names: hosts with all below them, addresses, networks, or everything.
#[derive(Debug)]
pub(super) struct Exempt(Vec<Entry>);

#[derive(Debug)]
enum Entry {
    Everything,
    /// An address is a network of one.
    Network {
        address: IpAddr,
        prefix: u32,
    },
    Name(String),
}

impl Exempt {
    /// The entries are separated by commas, and none of them is wrong: what is no network is a name.
    pub(super) fn parse(list: &str) -> Self {
        Self(list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(Entry::parse).collect())
    }

    /// Whether the host of a URI is among them. A name is not looked up, so no network has it.
    pub(super) fn has(&self, host: &str) -> bool {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        self.0.iter().any(|entry| match (entry, address) {
            (Entry::Everything, _) => true,
            (Entry::Network { address, prefix }, Some(host)) => is_within(host, *address, *prefix),
            (Entry::Name(name), None) => is_at_or_below(host, name),
            (Entry::Network { .. }, None) | (Entry::Name(_), Some(_)) => false,
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Self {
        if text == "*" {
            return Self::Everything;
        }
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(text, prefix)| (text, Some(prefix)));
        let Ok(address) = address.parse::<IpAddr>() else { return Self::name(text) };
        let (_, width) = bits(address);
        match prefix.map_or(Ok(width), str::parse) {
            Ok(prefix) if prefix <= width => Self::Network { address, prefix },
            _ => Self::name(text),
        }
    }

    /// Whether it begins with a dot makes no difference.
    fn name(text: &str) -> Self {
        Self::Name(text.strip_prefix('.').unwrap_or(text).to_owned())
    }
}

fn is_within(host: IpAddr, network: IpAddr, prefix: u32) -> bool {
    let ((host, width_of_host), (network, width)) = (bits(host), bits(network));
    // prefix <= width. A shift by all 128 bits leaves nothing that could differ.
    width_of_host == width && (host ^ network).checked_shr(width - prefix).unwrap_or(0) == 0
}

/// An address as a number, and how many bits it has.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn is_at_or_below(host: &str, name: &str) -> bool {
    let split = host.len().checked_sub(name.len()).and_then(|place| host.split_at_checked(place));
    split.is_some_and(|(below, end)| {
        !name.is_empty() && end.eq_ignore_ascii_case(name) && (below.is_empty() || below.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_names_addresses_and_networks() {
        for (list, host, expected) in [
            ("", "example.com", false),
            (" , .,", "example.com.", false),
            ("example.com", "EXAMPLE.com", true),
            ("example.com", "a.b.example.com", true),
            ("example.com", "anexample.com", false),
            (".example.com", "example.com", true),
            ("example.com", "example.com.evil.example", false),
            ("a.example,b.example", "b.example", true),
            ("*", "10.0.0.1", true),
            ("x, * ", "example.com", true),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("10.0.0.1", "10.0.0.1.example", false),
            ("10.1.2.3/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/9", "10.127.255.255", true),
            ("10.0.0.0/9", "10.128.0.0", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "[::1]", false),
            ("::/0", "[2001:db8::1]", true),
            ("::/0", "1.2.3.4", false),
            ("2001:db8::/32", "[2001:db8:ffff::1]", true),
            ("2001:db8::/32", "[2001:db9::1]", false),
            ("::1", "[::1]", true),
            ("10.0.0.0/33", "10.0.0.0", false),
            ("10.0.0.0/x", "10.0.0.0", false),
            ("é.example", "é.example", true),
            ("é", "aé", false),
        ] {
            assert_eq!(Exempt::parse(list).has(host), expected, "{list:?} {host}");
        }
    }
}
