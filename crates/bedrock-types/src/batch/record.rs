//! A line of the input of a batch, and a line of its output.

#[cfg(feature = "converse")]
use crate::converse::{ConverseRequest, ConverseResponse};
use crate::{
    invoke::InvokeModelBody,
    json::{
        JsonError, RawJson,
        member_union::OneMember,
        object::{FlatMember, Named, wire_struct},
        read,
        reader::{Misread, Reader},
        value::{Place, View, WireValue},
    },
    messages::Message,
};

wire_struct! {
    /// One request of a batch.
    ///
    /// ```
    /// use bedrock_types::{BatchInputRecord, InvokeModelBody, MessageCreateParams};
    ///
    /// let params = MessageCreateParams::new("m", 64).user("hi");
    /// let record = BatchInputRecord::invoke_model(&InvokeModelBody(&params))?.record_id("1");
    /// assert_eq!(
    ///     record.to_line()?,
    ///     concat!(r#"{"modelInput":{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"#,
    ///         r#""messages":[{"role":"user","content":"hi"}]},"recordId":"1"}"#),
    /// );
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct BatchInputRecord {
        required {
            /// A body of InvokeModel or Converse, whichever the job says.
            model_input as "modelInput": RawJson,
        }
        optional {
            /// Names the record in the output, whose order is another; left out, Bedrock makes one.
            record_id as "recordId": String,
        }
    }
}

impl BatchInputRecord {
    /// A record of a job that calls InvokeModel.
    ///
    /// # Errors
    ///
    /// The body has no JSON form, like one with a NaN.
    pub fn invoke_model(body: &InvokeModelBody<'_>) -> Result<Self, JsonError> {
        RawJson::of(body).map(Self::new)
    }

    /// A record of a job that calls Converse.
    ///
    /// # Errors
    ///
    /// The request has no JSON form, like one with a NaN.
    #[cfg(feature = "converse")]
    pub fn converse(request: &ConverseRequest) -> Result<Self, JsonError> {
        RawJson::written(request).map(Self::new)
    }

    /// Reads one line.
    ///
    /// # Errors
    ///
    /// The line is not JSON, or not a record.
    pub fn from_line(line: &str) -> Result<Self, JsonError> {
        read::read_str(line)
    }

    /// Writes one line, without its end.
    ///
    /// # Errors
    ///
    /// None in practice: every member has a JSON form.
    pub fn to_line(&self) -> Result<String, JsonError> {
        to_line(self.view())
    }
}

wire_struct! {
    /// What became of one request of a batch.
    ///
    /// ```
    /// use bedrock_types::{BatchOutcome, BatchOutputRecord};
    ///
    /// let line = r#"{"recordId":"1","modelInput":{},"error":{"errorCode":400,"errorMessage":"no"}}"#;
    /// let record = BatchOutputRecord::from_line(line)?;
    /// assert!(matches!(&record.outcome, BatchOutcome::Error(error) if error.error_code == 400));
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct BatchOutputRecord {
        flat {
            /// The answer or the error.
            outcome: BatchOutcome,
        }
        optional {
            /// Names the record.
            record_id as "recordId": String,
            /// The request.
            model_input as "modelInput": RawJson,
        }
    }
}

impl BatchOutputRecord {
    /// Reads one line.
    ///
    /// # Errors
    ///
    /// The line is not JSON, or not a record.
    pub fn from_line(line: &str) -> Result<Self, JsonError> {
        read::read_str(line)
    }

    /// Writes one line, without its end.
    ///
    /// # Errors
    ///
    /// None in practice: every member has a JSON form.
    pub fn to_line(&self) -> Result<String, JsonError> {
        to_line(self.view())
    }

    /// The message of a job that calls InvokeModel; `None` where the request failed.
    ///
    /// # Errors
    ///
    /// What the model put out is not a message, like the answer of a job that calls Converse: for that there is
    /// [`converse`](Self::converse).
    pub fn message(&self) -> Result<Option<Message>, JsonError> {
        match &self.outcome {
            BatchOutcome::Output(output) => output.read().map(Some),
            BatchOutcome::Error(_) => Ok(None),
        }
    }

    /// The answer of a job that calls Converse; `None` where the request failed.
    ///
    /// # Errors
    ///
    /// What the model put out is not an answer of Converse.
    #[cfg(feature = "converse")]
    pub fn converse(&self) -> Result<Option<ConverseResponse>, JsonError> {
        match &self.outcome {
            BatchOutcome::Output(output) => output.read().map(Some),
            BatchOutcome::Error(_) => Ok(None),
        }
    }
}

/// The answer to one request of a batch, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchOutcome {
    /// The body of the answer.
    Output(RawJson),
    /// The request failed.
    Error(BatchError),
}

impl From<BatchError> for BatchOutcome {
    fn from(error: BatchError) -> Self {
        Self::Error(error)
    }
}

impl OneMember for BatchOutcome {
    fn choose(&mut self, name: &str) -> Option<Place<'_>> {
        *self = match name {
            "modelOutput" => Self::Output(WireValue::blank()),
            "error" => Self::Error(WireValue::blank()),
            _ => return None,
        };
        match self {
            Self::Output(output) => Some(output.place()),
            Self::Error(error) => Some(error.place()),
        }
    }

    fn written(&self) -> (&'static str, View<'_>) {
        match self {
            Self::Output(output) => ("modelOutput", output.view()),
            Self::Error(error) => ("error", error.view()),
        }
    }
}

impl FlatMember for BatchOutcome {
    fn blank() -> Self {
        Self::Output(RawJson::null())
    }

    fn names(&self) -> &'static str {
        "modelOutput` or `error"
    }

    fn read_named(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<Named, Misread> {
        if !matches!(name, "modelOutput" | "error") {
            return Ok(Named::Other);
        }
        if reader.null() {
            return Ok(Named::Absent);
        }
        match self.choose(name) {
            Some(place) => reader.fill(place).map(|()| Named::It),
            None => Ok(Named::Other),
        }
    }
}

wire_struct! {
    /// Why a request of a batch failed.
    pub struct BatchError {
        required {
            /// The HTTP status it would have had.
            error_code as "errorCode": u16 = exact,
            /// For people.
            error_message as "errorMessage": String,
        }
    }
}

/// One line: line ends in raw JSON can only stand between its tokens, where a space does as well.
fn to_line(record: View<'_>) -> Result<String, JsonError> {
    Ok(RawJson::of_view(record)?.as_str().replace(['\n', '\r'], " "))
}
