//! What Bedrock wants of a request for a job, as the patterns and bounds of its API say (botocore's `service-2.json`, read 2026-11).

use std::fmt;

use super::CreateModelInvocationJobRequest;
use crate::s3_uri::S3Uri;

impl CreateModelInvocationJobRequest {
    /// Holds the request to the form that Bedrock wants, so that a mistake is told before anything is sent.
    ///
    /// What only the service can know, such as whether the role may read the input, is not looked at.
    ///
    /// ```
    /// use bedrock_types::control::CreateModelInvocationJobRequest;
    ///
    /// let role = "arn:aws:iam::123456789012:role/batch";
    /// let request = CreateModelInvocationJobRequest::from_s3("night shift", role, "opus-4.6", "s3://bucket/in.jsonl", "s3://bucket/out/");
    /// assert_eq!(request.check().unwrap_err().member, "jobName");
    /// ```
    ///
    /// # Errors
    ///
    /// The first member that is not of its form.
    pub fn check(&self) -> Result<(), InvalidJobRequest> {
        check(is_name(&self.job_name), "jobName", &self.job_name, NAME)?;
        check(is_role(&self.role_arn), "roleArn", &self.role_arn, ROLE)?;
        let length = self.model_id.len();
        check((1..=2048).contains(&length), "modelId", &self.model_id, "have length between 1 and 2048")?;
        if let Some(token) = &self.client_request_token {
            check(is_token(token), "clientRequestToken", token, TOKEN)?;
        }
        let Some(input) = &self.input_data_config.s3_input_data_config else {
            return Err(InvalidJobRequest::missing("inputDataConfig.s3InputDataConfig"));
        };
        let Some(output) = &self.output_data_config.s3_output_data_config else {
            return Err(InvalidJobRequest::missing("outputDataConfig.s3OutputDataConfig"));
        };
        check_uri("inputDataConfig.s3InputDataConfig.s3Uri", &input.s3_uri)?;
        check_uri("outputDataConfig.s3OutputDataConfig.s3Uri", &output.s3_uri)?;
        if let Some(format) = &input.s3_input_format {
            let member = "inputDataConfig.s3InputDataConfig.s3InputFormat";
            check(format == "JSONL", member, format, "satisfy enum value set: [JSONL]")?;
        }
        for (member, owner) in [
            ("inputDataConfig.s3InputDataConfig.s3BucketOwner", &input.s3_bucket_owner),
            ("outputDataConfig.s3OutputDataConfig.s3BucketOwner", &output.s3_bucket_owner),
        ] {
            let Some(owner) = owner else { continue };
            check(is_account(owner), member, owner, "satisfy regular expression pattern: [0-9]{12}")?;
        }
        if let Some(hours) = self.timeout_duration_in_hours {
            let text = hours.to_string();
            check(hours >= 24, "timeoutDurationInHours", &text, "have value greater than or equal to 24")?;
            check(hours <= 168, "timeoutDurationInHours", &text, "have value less than or equal to 168")?;
        }
        if let Some(network) = &self.vpc_config {
            for (member, ids, most) in [
                ("vpcConfig.subnetIds", &network.subnet_ids, 16),
                ("vpcConfig.securityGroupIds", &network.security_group_ids, 5),
            ] {
                let rule = format!("have length between 1 and {most}");
                check((1..=most).contains(&ids.len()), member, &ids.join(", "), &rule)?;
            }
        }
        Ok(())
    }
}

/// A request for a job that Bedrock would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidJobRequest {
    /// The member, such as `inputDataConfig.s3InputDataConfig.s3Uri`.
    pub member: &'static str,
    /// Its value; nothing where it is not there.
    pub value: Option<String>,
    /// What it must do, in Bedrock's words: `have value less than or equal to 168`.
    pub rule: String,
}

impl InvalidJobRequest {
    fn missing(member: &'static str) -> Self {
        Self { member, value: None, rule: "not be null".to_owned() }
    }
}

impl fmt::Display for InvalidJobRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} is {value:?}, but must {}", self.member, self.rule),
            None => write!(f, "{} must {}", self.member, self.rule),
        }
    }
}

impl std::error::Error for InvalidJobRequest {}

fn check(holds: bool, member: &'static str, value: &str, rule: &str) -> Result<(), InvalidJobRequest> {
    if holds {
        return Ok(());
    }
    Err(InvalidJobRequest { member, value: Some(value.to_owned()), rule: rule.to_owned() })
}

fn check_uri(member: &'static str, text: &str) -> Result<(), InvalidJobRequest> {
    let rule = || format!("satisfy regular expression pattern: {}", S3Uri::PATTERN);
    S3Uri::parse(text).map(drop).map_err(|_| InvalidJobRequest {
        member,
        value: Some(text.to_owned()),
        rule: rule(),
    })
}

fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric();
    (1..=63).contains(&text.len())
        && text.bytes().next().is_some_and(is_letter)
        && text.bytes().all(|byte| is_letter(byte) || b"+-.".contains(&byte))
}

fn is_token(text: &str) -> bool {
    (1..=256).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// `arn:PARTITION:iam::ACCOUNT:role/NAME`, in a partition of AWS, with an account or none.
fn is_role(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut part = || parts.next().unwrap_or_default();
    let (arn, partition, service, region, account, name) = (part(), part(), part(), part(), part(), part());
    let is_partition =
        partition == "aws" || partition.strip_prefix("aws-").is_some_and(|rest| !rest.is_empty());
    (arn, service, region) == ("arn", "iam", "")
        && is_partition
        && (account.is_empty() || is_account(account))
        && name.strip_prefix("role/").is_some_and(|name| !name.is_empty())
        && text.len() <= 2048
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

const NAME: &str = "satisfy regular expression pattern: [a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\\+\\-\\.]){0,63}";
const TOKEN: &str = "satisfy regular expression pattern: [a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}";
const ROLE: &str = "satisfy regular expression pattern: arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{ModelInvocationJobInputDataConfig, VpcConfig};

    const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/batch";

    fn request() -> CreateModelInvocationJobRequest {
        CreateModelInvocationJobRequest::from_s3("job", ROLE_ARN, "m", "s3://abc/in.jsonl", "s3://abc/out/")
    }

    #[test]
    fn each_member_is_held_to_its_form() {
        assert_eq!(request().check(), Ok(()));
        let with = |change: fn(&mut CreateModelInvocationJobRequest)| {
            let mut request = request();
            change(&mut request);
            request.check().map_err(|error| error.member)
        };
        for (change, member) in [
            (
                (|request| request.job_name = "a b".into()) as fn(&mut CreateModelInvocationJobRequest),
                "jobName",
            ),
            (|request| request.job_name = "-a".into(), "jobName"),
            (|request| request.job_name = "a".repeat(64), "jobName"),
            (|request| request.role_arn = "batch".into(), "roleArn"),
            (|request| request.role_arn = "arn:aws:iam::1:role/batch".into(), "roleArn"),
            (|request| request.role_arn = "arn:aws:iam::123456789012:user/batch".into(), "roleArn"),
            (|request| request.model_id.clear(), "modelId"),
            (|request| request.client_request_token = Some("-".into()), "clientRequestToken"),
            (
                |request| request.input_data_config = ModelInvocationJobInputDataConfig::new(),
                "inputDataConfig.s3InputDataConfig",
            ),
            (
                |request| {
                    let output = &mut request.output_data_config.s3_output_data_config;
                    output.iter_mut().for_each(|output| output.s3_uri = "bucket/out".into());
                },
                "outputDataConfig.s3OutputDataConfig.s3Uri",
            ),
            (|request| request.timeout_duration_in_hours = Some(23), "timeoutDurationInHours"),
            (|request| request.timeout_duration_in_hours = Some(169), "timeoutDurationInHours"),
            (
                |request| request.vpc_config = Some(VpcConfig::new(vec![], vec!["sg".into()])),
                "vpcConfig.subnetIds",
            ),
        ] {
            assert_eq!(with(change), Err(member));
        }
        for good in ["arn:aws-us-gov:iam::123456789012:role/a/b", "arn:aws:iam:::role/a"] {
            let mut request = request();
            request.role_arn = good.to_owned();
            assert_eq!(request.check(), Ok(()), "{good}");
        }
    }
}
