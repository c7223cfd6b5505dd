//! Jobs of batch inference: <https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html>.

use super::Tag;
use crate::{
    json::{object::wire_struct, open_enum::open_enum},
    s3_uri::S3Uri,
};

wire_struct! {
    /// The request of CreateModelInvocationJob:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html>.
    pub struct CreateModelInvocationJobRequest {
        required {
            /// Its name: 1 to 63 letters, digits, hyphens, dots and plus signs.
            job_name as "jobName": String,
            /// The role that reads the input and writes the output.
            role_arn as "roleArn": String,
            /// The model, by its id or that of a profile.
            model_id as "modelId": String,
            /// The input.
            input_data_config as "inputDataConfig": ModelInvocationJobInputDataConfig,
            /// The output.
            output_data_config as "outputDataConfig": ModelInvocationJobOutputDataConfig,
        }
        optional {
            /// Makes the same request twice one job.
            client_request_token as "clientRequestToken": String,
            /// What the records are; left out, bodies of InvokeModel.
            model_invocation_type as "modelInvocationType": ModelInvocationType,
            /// How long it may take: 24 to 168 hours.
            timeout_duration_in_hours as "timeoutDurationInHours": u32 = exact,
            /// The network that it works in.
            vpc_config as "vpcConfig": VpcConfig,
            /// Tags.
            tags: Vec<Tag>,
        }
    }
}

impl CreateModelInvocationJobRequest {
    /// A request for a job that reads its input from S3 and writes its output there.
    pub fn from_s3(
        job_name: impl Into<String>,
        role_arn: impl Into<String>,
        model_id: impl Into<String>,
        input: impl Into<String>,
        output: impl Into<String>,
    ) -> Self {
        let input = ModelInvocationJobS3InputDataConfig::new(input);
        let output = ModelInvocationJobS3OutputDataConfig::new(output);
        Self::new(
            job_name,
            role_arn,
            model_id,
            ModelInvocationJobInputDataConfig::new().s3_input_data_config(input),
            ModelInvocationJobOutputDataConfig::new().s3_output_data_config(output),
        )
    }
}

wire_struct! {
    /// The answer of CreateModelInvocationJob.
    pub struct CreateModelInvocationJobResponse {
        required {
            /// The job's ARN, whose last 12 characters are its id.
            job_arn as "jobArn": String,
        }
    }
}

wire_struct! {
    /// Where the records come from.
    pub struct ModelInvocationJobInputDataConfig {
        optional {
            /// From S3.
            s3_input_data_config as "s3InputDataConfig": ModelInvocationJobS3InputDataConfig,
        }
    }
}

wire_struct! {
    /// Records in S3.
    pub struct ModelInvocationJobS3InputDataConfig {
        required {
            /// A file that ends in `.jsonl`, or a folder of them.
            s3_uri as "s3Uri": String,
        }
        optional {
            /// Their form: `JSONL`.
            s3_input_format as "s3InputFormat": String,
            /// The account that the bucket belongs to.
            s3_bucket_owner as "s3BucketOwner": String,
        }
    }
}

wire_struct! {
    /// Where the answers go.
    pub struct ModelInvocationJobOutputDataConfig {
        optional {
            /// To S3.
            s3_output_data_config as "s3OutputDataConfig": ModelInvocationJobS3OutputDataConfig,
        }
    }
}

wire_struct! {
    /// Answers in S3.
    pub struct ModelInvocationJobS3OutputDataConfig {
        required {
            /// A folder.
            s3_uri as "s3Uri": String,
        }
        optional {
            /// The key of KMS that they are encrypted with.
            s3_encryption_key_id as "s3EncryptionKeyId": String,
            /// The account that the bucket belongs to.
            s3_bucket_owner as "s3BucketOwner": String,
        }
    }
}

wire_struct! {
    /// A network that a job works in.
    pub struct VpcConfig {
        required {
            /// Its subnets.
            subnet_ids as "subnetIds": Vec<String>,
            /// Its security groups.
            security_group_ids as "securityGroupIds": Vec<String>,
        }
    }
}

open_enum! {
    /// What the records of a job are.
    pub enum ModelInvocationType {
        /// Bodies of InvokeModel.
        InvokeModel = "InvokeModel",
        /// Requests of Converse.
        Converse = "Converse",
    }
}

open_enum! {
    /// How far a job is.
    pub enum ModelInvocationJobStatus {
        /// It is known.
        Submitted = "Submitted",
        /// Its input is looked at.
        Validating = "Validating",
        /// It waits for its turn.
        Scheduled = "Scheduled",
        /// It works.
        InProgress = "InProgress",
        /// All records were answered or refused.
        Completed = "Completed",
        /// Its time was over before all records were done.
        PartiallyCompleted = "PartiallyCompleted",
        /// It failed as a whole.
        Failed = "Failed",
        /// It is being stopped.
        Stopping = "Stopping",
        /// It was stopped.
        Stopped = "Stopped",
        /// Its time was over before it began.
        Expired = "Expired",
    }
}

impl ModelInvocationJobStatus {
    /// Whether nothing more will happen.
    ///
    /// ```
    /// use bedrock_types::control::ModelInvocationJobStatus;
    ///
    /// assert!(ModelInvocationJobStatus::PartiallyCompleted.is_final());
    /// assert!(!ModelInvocationJobStatus::Stopping.is_final());
    /// ```
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::PartiallyCompleted | Self::Failed | Self::Stopped | Self::Expired
        )
    }
}

wire_struct! {
    /// A job, as GetModelInvocationJob answers: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html>.
    pub struct ModelInvocationJob {
        required {
            /// Its ARN, whose last 12 characters are its id.
            job_arn as "jobArn": String,
            /// The model, as it was named.
            model_id as "modelId": String,
            /// The role that reads the input and writes the output.
            role_arn as "roleArn": String,
            /// When it was submitted.
            submit_time as "submitTime": String,
            /// The input.
            input_data_config as "inputDataConfig": ModelInvocationJobInputDataConfig,
            /// The output.
            output_data_config as "outputDataConfig": ModelInvocationJobOutputDataConfig,
        }
        optional {
            /// Its name.
            job_name as "jobName": String,
            /// The token of the request that made it.
            client_request_token as "clientRequestToken": String,
            /// How far it is.
            status: ModelInvocationJobStatus,
            /// Why it failed.
            message: String,
            /// What the records are.
            model_invocation_type as "modelInvocationType": ModelInvocationType,
            /// When it last changed.
            last_modified_time as "lastModifiedTime": String,
            /// When it ended.
            end_time as "endTime": String,
            /// When its time is over.
            job_expiration_time as "jobExpirationTime": String,
            /// How long it may take, in hours.
            timeout_duration_in_hours as "timeoutDurationInHours": u32 = exact,
            /// The network that it works in.
            vpc_config as "vpcConfig": VpcConfig,
            /// How many records there are.
            total_record_count as "totalRecordCount": u64 = exact,
            /// How many were looked at.
            processed_record_count as "processedRecordCount": u64 = exact,
            /// How many were answered.
            success_record_count as "successRecordCount": u64 = exact,
            /// How many were refused.
            error_record_count as "errorRecordCount": u64 = exact,
        }
    }
}

impl ModelInvocationJob {
    /// Its id: what stands last in its ARN.
    pub fn id(&self) -> &str {
        self.job_arn.rsplit('/').next().unwrap_or_default()
    }

    /// Whether nothing more will happen; a status that is not told is none.
    pub fn is_finished(&self) -> bool {
        self.status.as_ref().is_some_and(ModelInvocationJobStatus::is_final)
    }

    /// Where its input is: an object, or a folder of them.
    pub fn input(&self) -> Option<S3Uri> {
        S3Uri::parse(&self.input_data_config.s3_input_data_config.as_ref()?.s3_uri).ok()
    }

    /// The folder that its answers are in: the one of the request, and the job's id below it.
    ///
    /// ```
    /// use bedrock_types::control::{CreateModelInvocationJobRequest, ModelInvocationJob};
    ///
    /// # let role = "arn:aws:iam::123456789012:role/batch";
    /// let request = CreateModelInvocationJobRequest::from_s3("n", role, "m", "s3://bucket/in.jsonl", "s3://bucket/out");
    /// let arn = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghij12";
    /// let job = ModelInvocationJob::new(arn, "m", role, "2026-11-22T00:00:00Z", request.input_data_config, request.output_data_config);
    /// assert_eq!(job.output().ok_or("in S3")?.to_string(), "s3://bucket/out/abcdefghij12/");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn output(&self) -> Option<S3Uri> {
        let folder = S3Uri::parse(&self.output_data_config.s3_output_data_config.as_ref()?.s3_uri).ok()?;
        Some(folder.join(&format!("{}/", self.id())))
    }
}

wire_struct! {
    /// One page of ListModelInvocationJobs:
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html>.
    pub struct ListModelInvocationJobsResponse {
        optional {
            /// The jobs.
            invocation_job_summaries as "invocationJobSummaries": Vec<ModelInvocationJob>,
            /// What asks for the next page; the last has none.
            next_token as "nextToken": String,
        }
    }
}
