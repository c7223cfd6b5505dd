//! One file per command.

pub(crate) mod access;
pub(crate) mod batch;
pub(crate) mod chat;
pub(crate) mod configure;
pub(crate) mod decode;
pub(crate) mod doctor;
pub(crate) mod input;
pub(crate) mod logging;
pub(crate) mod manual;
pub(crate) mod messages;
pub(crate) mod models;
pub(crate) mod profiles;
pub(crate) mod serve;
pub(crate) mod sign;
pub(crate) mod token;
pub(crate) mod whoami;
