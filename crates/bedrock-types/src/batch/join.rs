//! Which output belongs to which input: a job keeps no order, so ids alone tell.

use std::{collections::HashMap, fmt};

/// Brings the answers of a batch back into the order of its requests, and loses none: what has no request, or has one twice, is told
/// apart. What is kept of an answer is the caller's: the record itself, or where it stands in a file.
///
/// ```
/// use bedrock_types::BatchJoin;
///
/// let mut join = BatchJoin::new();
/// for id in ["a", "b", "c"] {
///     join.expect(Some(id))?;
/// }
/// for (id, answer) in [("c", 1), ("a", 2), ("x", 3)] {
///     join.found(Some(id), answer);
/// }
/// let joined = join.finish();
/// assert_eq!(joined.records, [("a".to_owned(), 2), ("c".to_owned(), 1)]);
/// assert_eq!(joined.missing, ["b"]);
/// assert_eq!(joined.unknown, [(Some("x".to_owned()), 3)]);
/// # Ok::<(), bedrock_types::DuplicateRecordId>(())
/// ```
#[derive(Debug, Clone)]
pub struct BatchJoin<T> {
    /// Each id with its place among the requests, and its first answer.
    expected: HashMap<String, (usize, Option<T>)>,
    unnamed: usize,
    duplicates: Vec<(String, T)>,
    unknown: Vec<(Option<String>, T)>,
}

/// What became of all requests and answers of a batch.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JoinedBatch<T> {
    /// The answers in the order of their requests.
    pub records: Vec<(String, T)>,
    /// The requests without an answer, in their order.
    pub missing: Vec<String>,
    /// Further answers to a request that has one.
    pub duplicates: Vec<(String, T)>,
    /// Answers to no request that is known. Those to requests without an id are among them, since Bedrock names these itself.
    pub unknown: Vec<(Option<String>, T)>,
    /// How many requests have no id.
    pub unnamed: usize,
}

impl<T> JoinedBatch<T> {
    /// Whether each request has one answer, and each answer a request.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.duplicates.is_empty() && self.unknown.len() == self.unnamed
    }
}

impl<T> BatchJoin<T> {
    /// Starts without requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a request, by its id where it has one.
    ///
    /// # Errors
    ///
    /// Another request has the id: which answer is whose could not be told.
    pub fn expect(&mut self, id: Option<&str>) -> Result<(), DuplicateRecordId> {
        let Some(id) = id else {
            self.unnamed += 1;
            return Ok(());
        };
        if self.expected.contains_key(id) {
            return Err(DuplicateRecordId { record_id: id.to_owned() });
        }
        let place = self.expected.len();
        self.expected.insert(id.to_owned(), (place, None));
        Ok(())
    }

    /// Adds an answer.
    pub fn found(&mut self, id: Option<&str>, answer: T) {
        let Some((id, slot)) = id.and_then(|id| Some((id, &mut self.expected.get_mut(id)?.1))) else {
            return self.unknown.push((id.map(str::to_owned), answer));
        };
        match slot {
            None => *slot = Some(answer),
            Some(_) => self.duplicates.push((id.to_owned(), answer)),
        }
    }

    /// What became of everything.
    pub fn finish(self) -> JoinedBatch<T> {
        let mut expected: Vec<_> = self.expected.into_iter().collect();
        expected.sort_unstable_by_key(|(_, (place, _))| *place);
        let (mut records, mut missing) = (Vec::new(), Vec::new());
        for (id, (_, answer)) in expected {
            match answer {
                Some(answer) => records.push((id, answer)),
                None => missing.push(id),
            }
        }
        JoinedBatch {
            records,
            missing,
            duplicates: self.duplicates,
            unknown: self.unknown,
            unnamed: self.unnamed,
        }
    }
}

impl<T> Default for BatchJoin<T> {
    fn default() -> Self {
        Self { expected: HashMap::new(), unnamed: 0, duplicates: Vec::new(), unknown: Vec::new() }
    }
}

/// Two requests of a batch have one id.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateRecordId {
    /// The id.
    pub record_id: String,
}

impl fmt::Display for DuplicateRecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two records have the recordId {:?}", self.record_id)
    }
}

impl std::error::Error for DuplicateRecordId {}
