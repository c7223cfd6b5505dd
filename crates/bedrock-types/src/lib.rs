//! Anthropic Messages schema and Amazon Bedrock model catalog, without IO.
