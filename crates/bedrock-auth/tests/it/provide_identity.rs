//! Everything that provides an identity does so through the object-safe trait.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bedrock_auth::{
    BearerToken, BoxFuture, Credentials, DefaultIdentity, Effects, Identity, IdentityError, IdentitySource,
    MapEnv, MapFiles, ProvideIdentity, ResolvedIdentity,
};

#[test]
fn each_provider_names_its_source() {
    let keys = Credentials::new("AKID", "secret");
    let token = BearerToken::parse("ABSK").unwrap();
    let env = MapEnv::from([("AWS_BEARER_TOKEN_BEDROCK", "ABSK")]);
    let cases: [(Arc<dyn ProvideIdentity>, Identity, IdentitySource); 4] = [
        (Arc::new(keys.clone()), keys.clone().into(), IdentitySource::Explicit),
        (Arc::new(Identity::from(keys.clone())), keys.into(), IdentitySource::Explicit),
        (Arc::new(token.clone()), token.clone().into(), IdentitySource::Explicit),
        (
            Arc::new(DefaultIdentity::new(Effects::new(env, MapFiles::default()))),
            token.into(),
            IdentitySource::BearerEnvironment,
        ),
    ];
    for (provider, identity, source) in cases {
        let found = now(provider.identity()).unwrap();
        assert_eq!((found.identity, found.source), (identity, source));
    }
}

#[test]
fn nothing_configured_is_an_error_with_a_hint() {
    let provider = DefaultIdentity::new(Effects::new(MapEnv::default(), MapFiles::default()));
    let error = now(provider.identity()).unwrap_err();
    assert!(matches!(&error, IdentityError::NoneFound { tried } if tried.len() == 6), "{error}");
    assert!(error.hint().contains("AWS_ACCESS_KEY_ID"));
}

#[test]
fn a_provider_from_outside_can_fail_with_its_own_error_and_say_whether_it_lasts() {
    #[derive(Debug)]
    struct Vault;

    impl ProvideIdentity for Vault {
        fn identity(&self) -> BoxFuture<'_, Result<ResolvedIdentity, IdentityError>> {
            let sealed = io::Error::new(io::ErrorKind::ResourceBusy, "it is sealed");
            Box::pin(async { Err(IdentityError::custom("vault", sealed).transient(true)) })
        }
    }

    let error = now(Vault.identity()).unwrap_err();
    assert_eq!(error.to_string(), "`vault` gave no identity");
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>()).unwrap();
    assert_eq!(source.kind(), io::ErrorKind::ResourceBusy);
    assert!(error.is_transient());
    assert!(!IdentityError::custom("vault", "no such path").is_transient());
    assert!(!IdentityError::NoneFound { tried: Vec::new() }.transient(true).is_transient());
}

/// The value of a future that does not wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}
