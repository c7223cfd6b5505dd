//! A local Amazon Bedrock for tests and for trying things out.
