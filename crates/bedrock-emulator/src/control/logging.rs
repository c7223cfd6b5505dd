//! The configuration of invocation logging, one for each region. It is kept and told; nothing is logged anywhere.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bedrock_types::control::{LoggingConfig, ModelInvocationLoggingConfiguration, S3Config};

use super::constraint;
use crate::error::AwsError;
use crate::operation::Scene;

/// The configurations of an account; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct LoggingConfigurations(Arc<Mutex<BTreeMap<String, LoggingConfig>>>);

impl LoggingConfigurations {
    /// What a region logs; nothing is nothing.
    pub(super) fn get(&self, region: &str) -> ModelInvocationLoggingConfiguration {
        let mut answer = ModelInvocationLoggingConfiguration::new();
        answer.logging_config = self.lock().get(region).cloned();
        answer
    }

    /// Sets it.
    ///
    /// # Errors
    ///
    /// `ValidationException` for a configuration that AWS would not take.
    pub(super) fn put(
        &self,
        sent: ModelInvocationLoggingConfiguration,
        scene: &Scene<'_>,
    ) -> Result<(), AwsError> {
        let config = sent.logging_config.ok_or_else(|| AwsError::missing("loggingConfig"))?;
        check(&config)?;
        let mut configurations = self.lock();
        if configurations.len() >= MOST_REGIONS && !configurations.contains_key(scene.region) {
            return Err(AwsError::quota(format!("{MOST_REGIONS} regions have a configuration already.")));
        }
        configurations.insert(scene.region.to_owned(), config);
        Ok(())
    }

    /// Ends it; there need not be one.
    pub(super) fn delete(&self, region: &str) {
        self.lock().remove(region);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, LoggingConfig>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a configuration must have, and each of its parts.
pub(super) const REQUIRED: [&str; 5] = [
    "loggingConfig",
    "loggingConfig.cloudWatchConfig.logGroupName",
    "loggingConfig.cloudWatchConfig.roleArn",
    "loggingConfig.cloudWatchConfig.largeDataDeliveryS3Config.bucketName",
    "loggingConfig.s3Config.bucketName",
];

/// AWS asks for a destination, and looks at the form of its parts.
fn check(config: &LoggingConfig) -> Result<(), AwsError> {
    if config.cloud_watch_config.is_none() && config.s3_config.is_none() {
        return Err(AwsError::validation("At least one of cloudWatchConfig and s3Config has to be given."));
    }
    if let Some(cloud_watch) = &config.cloud_watch_config {
        let (group, role) = (&cloud_watch.log_group_name, &cloud_watch.role_arn);
        constraint::length("loggingConfig.cloudWatchConfig.logGroupName", group, 1, 512)?;
        constraint::role_arn("loggingConfig.cloudWatchConfig.roleArn", role)?;
        if let Some(bucket) = &cloud_watch.large_data_delivery_s3_config {
            check_bucket("loggingConfig.cloudWatchConfig.largeDataDeliveryS3Config", bucket)?;
        }
    }
    config.s3_config.as_ref().map_or(Ok(()), |bucket| check_bucket("loggingConfig.s3Config", bucket))
}

fn check_bucket(member: &str, bucket: &S3Config) -> Result<(), AwsError> {
    constraint::length(&format!("{member}.bucketName"), &bucket.bucket_name, 3, 63)?;
    let prefix = bucket.key_prefix.as_deref().unwrap_or_default();
    constraint::length(&format!("{member}.keyPrefix"), prefix, 0, 1024)
}

/// More than AWS has; a signature may name any.
const MOST_REGIONS: usize = 100;
