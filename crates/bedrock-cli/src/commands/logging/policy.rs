//! What AWS must be allowed, so that it can write the log.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html>

use bedrock_types::control::{LoggingConfig, S3Config};
use serde_json::{Value, json};

/// The policies that a configuration needs, each under what it is for.
pub(super) fn needed(config: &LoggingConfig, region: &str, account: Option<&str>) -> String {
    let account = account.unwrap_or("ACCOUNT");
    let partition = match region {
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("cn-") => "aws-cn",
        _ => "aws",
    };
    let condition = json!({
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": format!("arn:{partition}:bedrock:{region}:{account}:*")},
    });
    let service = json!({"Service": "bedrock.amazonaws.com"});
    let mut text = String::new();
    if let Some(bucket) = &config.s3_config {
        let objects = format!("{}{FOLDER}/{account}/BedrockModelInvocationLogs/*", prefix(bucket));
        let statement = json!({
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": format!("arn:{partition}:s3:::{}/{objects}", bucket.bucket_name),
            "Condition": condition,
        });
        section(&mut text, &format!("The policy of the bucket {} needs:", bucket.bucket_name), statement);
    }
    if let Some(group) = &config.cloud_watch_config {
        let trust = json!({
            "Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole", "Condition": condition,
        });
        section(&mut text, &format!("The role {} is trusted by:", group.role_arn), trust);
        let name = &group.log_group_name;
        let statement = json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource":
                format!("arn:{partition}:logs:{region}:{account}:log-group:{name}:log-stream:aws/bedrock/modelinvocations"),
        });
        section(&mut text, "and may:", statement);
    }
    text
}

/// Where records come to lie.
pub(super) fn place(bucket: &S3Config) -> String {
    format!("s3://{}/{}{FOLDER}/…", bucket.bucket_name, prefix(bucket))
}

fn prefix(bucket: &S3Config) -> String {
    let prefix = bucket.key_prefix.as_deref().unwrap_or_default().trim_end_matches('/');
    if prefix.is_empty() { String::new() } else { format!("{prefix}/") }
}

fn section(text: &mut String, headline: &str, statement: Value) {
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    // `{:#}` is JSON over several lines.
    text.push_str(&format!("{headline}\n{policy:#}\n"));
}

const FOLDER: &str = "AWSLogs";

#[cfg(test)]
mod tests {
    use bedrock_types::control::CloudWatchConfig;

    use super::*;

    #[test]
    fn a_policy_names_bucket_account_and_region() {
        let config = LoggingConfig::new().s3_config(S3Config::new("logs").key_prefix("claude/"));
        let text = needed(&config, "us-gov-west-1", Some("123456789012"));
        for part in [
            r#""arn:aws-us-gov:s3:::logs/claude/AWSLogs/123456789012/BedrockModelInvocationLogs/*""#,
            r#""arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:*""#,
            r#""aws:SourceAccount": "123456789012""#,
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(needed(&config, "us-east-1", None).contains("AWSLogs/ACCOUNT/"));
    }

    #[test]
    fn a_log_group_needs_a_role_that_may_write() {
        let group = CloudWatchConfig::new("claude", "arn:aws:iam::123456789012:role/logs");
        let text = needed(&LoggingConfig::new().cloud_watch_config(group), "us-east-1", Some("123456789012"));
        assert!(text.contains(
            "logs:us-east-1:123456789012:log-group:claude:log-stream:aws/bedrock/modelinvocations"
        ));
        assert!(text.contains("sts:AssumeRole") && !text.contains("s3:"), "{text}");
    }
}
