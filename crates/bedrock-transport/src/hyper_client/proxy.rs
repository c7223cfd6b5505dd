//! Which requests go through which proxy: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, given as values.
//!
//! The rules of `NO_PROXY`, and how a proxy is written, are those of hyper-util's matcher. Nothing is read from the
//! environment here; nor are connections made, which [`tunnel`](super::tunnel) and [`connector`](super::connector) do.

use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::build_error::BuildError;
use crate::endpoint::{is_host_and_port, is_loopback, split_scheme};

/// The proxies that requests go through, as in the environment variables; none by default.
///
/// ```
/// use bedrock_transport::{HyperClient, ProxySettings};
///
/// let proxies = ProxySettings::default().https("http://proxy.example:3128").no_proxy(".internal.example, 10.0.0.0/8");
/// let client = HyperClient::builder().proxies(proxies).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A proxy is `http://` or `https://` with host, port and maybe user and password, which are sent to the proxy alone and
/// never shown; without a scheme it is `http://`. Requests to `https` go through a tunnel, of which the proxy learns host
/// and port only. An address of this machine is reached through a proxy only if that is on this machine too, for elsewhere it
/// is another machine's. Blank values count as unset.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxySettings {
    /// For requests to `https`, like `HTTPS_PROXY`.
    pub https: Option<String>,
    /// For requests to `http`, like `HTTP_PROXY`.
    pub http: Option<String>,
    /// For both, where they have none of their own, like `ALL_PROXY`.
    pub all: Option<String>,
    /// Where no proxy is used, like `NO_PROXY`: names with all below them, addresses, networks as CIDR, or `*`; separated
    /// by commas.
    pub no_proxy: Option<String>,
}

impl ProxySettings {
    /// What the environment says, each variable in upper case or else in lower case.
    ///
    /// Where `REQUEST_METHOD` is set, this is a CGI program, and `HTTP_PROXY` a header of whoever calls it
    /// (<https://httpoxy.org>): it is then ignored, and only it.
    ///
    /// ```
    /// # use bedrock_transport::ProxySettings;
    /// let settings = ProxySettings::from_variables(|name| (name == "https_proxy").then(|| "proxy:3128".to_owned()));
    /// assert_eq!(settings.https.as_deref(), Some("proxy:3128"));
    /// ```
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let either = |upper: &str, lower: &str| variable(upper).or_else(|| variable(lower));
        let is_cgi = variable("REQUEST_METHOD").is_some();
        Self {
            https: either("HTTPS_PROXY", "https_proxy"),
            http: if is_cgi { variable("http_proxy") } else { either("HTTP_PROXY", "http_proxy") },
            all: either("ALL_PROXY", "all_proxy"),
            no_proxy: either("NO_PROXY", "no_proxy"),
        }
    }

    /// Replaces the proxy for `https`.
    pub fn https(mut self, proxy: impl Into<String>) -> Self {
        self.https = Some(proxy.into());
        self
    }

    /// Replaces the proxy for `http`.
    pub fn http(mut self, proxy: impl Into<String>) -> Self {
        self.http = Some(proxy.into());
        self
    }

    /// Replaces the proxy for both.
    pub fn all(mut self, proxy: impl Into<String>) -> Self {
        self.all = Some(proxy.into());
        self
    }

    /// Replaces the list of where no proxy is used.
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.no_proxy = Some(hosts.into());
        self
    }
}

/// The hosts, for the rest may be a password.
impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |proxy: &Option<String>| {
            proxy.as_deref().map(|proxy| {
                intercept(proxy).map_or("[unusable]".to_owned(), |found| found.uri().to_string())
            })
        };
        f.debug_struct("ProxySettings")
            .field("https", &shown(&self.https))
            .field("http", &shown(&self.http))
            .field("all", &shown(&self.all))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

/// Why a proxy cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyProblem {
    /// It is not a host with maybe scheme, port, user and password.
    Malformed,
    /// Its scheme is neither `http` nor `https`; SOCKS is not spoken here.
    Scheme,
}

impl fmt::Display for ProxyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "it is not like http://proxy.example:3128",
            Self::Scheme => "its scheme is neither http nor https",
        })
    }
}

/// Tells of each destination how it is reached.
#[derive(Clone, Debug)]
pub(super) struct Proxies(Option<Arc<Matcher>>);

impl Proxies {
    pub(super) const NONE: Self = Self(None);

    pub(super) fn new(settings: &ProxySettings) -> Result<Self, BuildError> {
        let given = |proxy: &Option<String>| {
            proxy.as_deref().map(str::trim).filter(|proxy| !proxy.is_empty()).map(str::to_owned)
        };
        let (https, http, all) = (given(&settings.https), given(&settings.http), given(&settings.all));
        // What is set for both is not looked at where both have their own.
        let all = all.filter(|_| https.is_none() || http.is_none());
        let mut matcher = Matcher::builder();
        for (setting, proxy) in [("https", &https), ("http", &http), ("all", &all)] {
            let Some(proxy) = proxy else { continue };
            if let Err(problem) = check(proxy) {
                return Err(BuildError::UnusableProxy { setting, problem });
            }
            matcher = match setting {
                "https" => matcher.https(proxy),
                "http" => matcher.http(proxy),
                _ => matcher.all(proxy),
            };
        }
        let exempt = settings.no_proxy.as_deref().unwrap_or_default();
        // The matcher takes `*` for all names, but for no address.
        let all_exempt = exempt.split(',').any(|host| host.trim() == "*");
        if all_exempt || https.or(http).or(all).is_none() {
            return Ok(Self::NONE);
        }
        Ok(Self(Some(Arc::new(matcher.no(exempt).build()))))
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn route(&self, destination: &Uri) -> Route {
        let found = self.0.as_ref().and_then(|matcher| matcher.intercept(destination));
        let Some(found) = found else { return Route::Direct };
        let on_this_machine = |uri: &Uri| uri.host().is_some_and(is_loopback);
        if on_this_machine(destination) && !on_this_machine(found.uri()) {
            return Route::Direct;
        }
        let proxy = Proxy { uri: found.uri().clone(), authorization: found.basic_auth().cloned() };
        if destination.scheme_str() == Some("https") { Route::Tunnel(proxy) } else { Route::Forward(proxy) }
    }
}

/// How a destination is reached.
#[derive(Clone, Debug)]
pub(super) enum Route {
    /// Without a proxy.
    Direct,
    /// The proxy reads the request and passes it on.
    Forward(Proxy),
    /// The proxy passes bytes on, and cannot read them.
    Tunnel(Proxy),
}

/// One proxy; the URI is without user and password, and what stands for them is marked sensitive.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    pub(super) uri: Uri,
    pub(super) authorization: Option<HeaderValue>,
}

fn check(proxy: &str) -> Result<(), ProxyProblem> {
    match intercept(proxy) {
        Some(found) if matches!(found.uri().scheme_str(), Some("http" | "https")) => Ok(()),
        Some(_) => Err(ProxyProblem::Scheme),
        // The matcher tells not why. What it knows not is no reason to show it.
        None => match split_scheme(proxy) {
            Some((scheme, _)) if !is_http(scheme) => Err(ProxyProblem::Scheme),
            _ => Err(ProxyProblem::Malformed),
        },
    }
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// A proxy as the matcher understands it. Of `user:pass@word@host` it takes `word@host` for the host, which would show.
fn intercept(proxy: &str) -> Option<Intercept> {
    let found = Matcher::builder().all(proxy).build().intercept(&Uri::from_static("https://any.example"))?;
    is_host_and_port(found.uri().authority()?).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(settings: &ProxySettings, destination: &str) -> String {
        match Proxies::new(settings).unwrap().route(&destination.parse().unwrap()) {
            Route::Direct => "direct".to_owned(),
            Route::Forward(proxy) => format!("forward {}", proxy.uri),
            Route::Tunnel(proxy) => format!("tunnel {}", proxy.uri),
        }
    }

    #[test]
    fn each_scheme_has_its_proxy_and_some_hosts_none() {
        let settings = ProxySettings::default().https("http://s.proxy:1").http("p.proxy:2");
        let all = ProxySettings::default().all("https://all.proxy").https("http://s.proxy:1");
        let none = ProxySettings::default();
        let some =
            settings.clone().no_proxy("plain.example, .dotted.example,10.0.0.0/8,192.0.2.7,2001:db8::/32");
        let star = settings.clone().no_proxy("other.example, *");
        for (settings, destination, route) in [
            (&settings, "https://example.com/x", "tunnel http://s.proxy:1/"),
            (&settings, "https://10.1.2.3/x", "tunnel http://s.proxy:1/"),
            (&settings, "http://example.com/x", "forward http://p.proxy:2/"),
            (&all, "https://example.com/", "tunnel http://s.proxy:1/"),
            (&all, "http://example.com/", "forward https://all.proxy/"),
            (&none, "https://example.com/", "direct"),
            (&some, "https://plain.example/", "direct"),
            (&some, "https://below.plain.example:8443/", "direct"),
            (&some, "https://dotted.example/", "direct"),
            (&some, "https://Below.Dotted.Example/", "direct"),
            (&some, "https://notplain.example/", "tunnel http://s.proxy:1/"),
            (&some, "https://10.255.0.1/", "direct"),
            (&some, "http://10.255.0.1/", "direct"),
            (&some, "https://11.0.0.1/", "tunnel http://s.proxy:1/"),
            (&some, "https://192.0.2.7/", "direct"),
            (&some, "https://192.0.2.8/", "tunnel http://s.proxy:1/"),
            (&some, "https://[2001:db8::1]/", "direct"),
            (&some, "https://[2001:db9::1]/", "tunnel http://s.proxy:1/"),
            (&star, "https://example.com/", "direct"),
            (&star, "http://10.0.0.1/", "direct"),
        ] {
            assert_eq!(routes(settings, destination), route, "{settings:?} {destination}");
        }
    }

    #[test]
    fn this_machine_is_reached_through_a_proxy_on_it_only() {
        let far = ProxySettings::default().all("http://proxy.example:1");
        let near = ProxySettings::default().all("http://127.0.0.1:1");
        let named = ProxySettings::default().all("http://localhost:1");
        for (settings, destination, route) in [
            (&far, "http://127.0.0.1:8080/", "direct"),
            (&far, "http://localhost/", "direct"),
            (&far, "http://[::1]:9/", "direct"),
            (&far, "https://127.0.0.1/", "direct"),
            (&far, "http://169.254.169.254/", "forward http://proxy.example:1/"),
            (&near, "http://127.0.0.1:8080/", "forward http://127.0.0.1:1/"),
            (&near, "http://localhost/", "forward http://127.0.0.1:1/"),
            (&near, "https://example.com/", "tunnel http://127.0.0.1:1/"),
            (&named, "https://127.0.0.1:2/", "tunnel http://localhost:1/"),
        ] {
            assert_eq!(routes(settings, destination), route, "{settings:?} {destination}");
        }
    }

    #[test]
    fn variables_are_in_upper_case_or_else_in_lower() {
        let read = |variables: &[(&str, &str)]| {
            ProxySettings::from_variables(|name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        let https = || ProxySettings::default().https("s");
        for (variables, settings) in [
            (&[][..], ProxySettings::default()),
            (&[("HTTPS_PROXY", "s"), ("https_proxy", "x")], https()),
            (&[("HTTPS_PROXY", " "), ("https_proxy", "s")], https()),
            (&[("https_proxy", "s"), ("http_proxy", "p")], https().http("p")),
            (&[("ALL_PROXY", "a"), ("NO_PROXY", "n")], ProxySettings::default().all("a").no_proxy("n")),
            (&[("all_proxy", "a"), ("no_proxy", "n")], ProxySettings::default().all("a").no_proxy("n")),
            (&[("HTTP_PROXY", "p"), ("HTTPS_PROXY", "s")], https().http("p")),
            (&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "p"), ("HTTPS_PROXY", "s")], https()),
            (
                &[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "x"), ("http_proxy", "p"), ("ALL_PROXY", "a")],
                ProxySettings::default().http("p").all("a"),
            ),
        ] {
            assert_eq!(read(variables), settings, "{variables:?}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_an_error_that_does_not_show_it() {
        use ProxyProblem::{Malformed, Scheme};
        for (proxy, problem) in [
            ("http://", Malformed),
            ("http://me:hidden@", Malformed),
            ("http://me:hid@den@proxy:1", Malformed),
            ("pro xy", Malformed),
            ("/hidden", Malformed),
            ("http://proxy:hidden", Malformed),
            ("socks5://me:hidden@proxy:1080", Scheme),
            ("socks5h://proxy", Scheme),
            ("ftp://proxy", Scheme),
        ] {
            for (settings, name) in [
                (ProxySettings::default().https(proxy), "https"),
                (ProxySettings::default().http(proxy), "http"),
                (ProxySettings::default().all(proxy), "all"),
            ] {
                let error = Proxies::new(&settings).unwrap_err();
                match &error {
                    BuildError::UnusableProxy { setting, problem: found } => {
                        assert_eq!((*setting, *found), (name, problem), "{proxy}");
                    }
                    other => panic!("{other:?}"),
                }
                for text in [error.to_string(), format!("{error:?}"), format!("{settings:?}")] {
                    assert!(!text.contains("hid"), "{text}");
                }
            }
        }
    }

    #[test]
    fn what_is_never_used_need_not_be_usable() {
        let blank = ProxySettings::default().https(" ").http("");
        assert!(Proxies::new(&blank).unwrap().are_none());
        let both = ProxySettings::default().https("s").http("p").all("socks5://a");
        assert!(Proxies::new(&both).is_ok());
    }

    #[test]
    fn user_and_password_are_not_shown() {
        let settings = ProxySettings::default().all("http://me:hid%3Aden@proxy.example:1");
        let proxies = Proxies::new(&settings).unwrap();
        let route = proxies.route(&Uri::from_static("https://example.com/"));
        let Route::Tunnel(proxy) = &route else { panic!("{route:?}") };
        // me:hid:den
        assert_eq!(proxy.authorization.as_ref().unwrap(), "Basic bWU6aGlkOmRlbg==");
        for text in [format!("{settings:?}"), format!("{proxies:?}"), format!("{route:?}")] {
            assert!(text.contains("proxy.example:1"), "{text}");
            assert!(!text.contains("hid") && !text.contains("bWU6"), "{text}");
        }
    }
}
