//! Who am I on AWS, and SigV4 signing, without the AWS SDK.
