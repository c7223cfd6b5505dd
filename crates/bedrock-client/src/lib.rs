//! Claude on Amazon Bedrock: typed, streamed Messages with errors you can act on.
