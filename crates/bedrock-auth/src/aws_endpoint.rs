//! Where the services that give out credentials are.

/// A service that gives out credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AwsService {
    /// Security Token Service.
    Sts,
    /// The portal of IAM Identity Center, which gives credentials for a token.
    Sso,
    /// The part of IAM Identity Center that renews tokens.
    SsoOidc,
    /// The service behind `aws login`.
    Signin,
}
