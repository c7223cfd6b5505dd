//! Unions of AWS: objects told apart by the name of their one member, like `{"text": …}` or `{"toolUse": …}`.

/// Declares a union whose alternatives are named by a member: `{"name": value}`.
///
/// The value of a known member is parsed as its type straight from the input, and one that is malformed is an error. An object
/// without a known member is kept whole in `Unknown`; members that are null count as absent, and two that are not are an error.
macro_rules! member_union {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident($ty:ty) = $member:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant($ty), )+
            /// A member that this version does not know, kept as it came.
            Unknown($crate::json::ExtraFields),
        }

        impl $name {
            /// The name of its member; empty for an object without one.
            pub fn member(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $member, )+
                    Self::Unknown(members) => members.iter().next().map_or("", |(name, _)| name),
                }
            }
        }

        const _: () = {
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        $( Self::$variant(value) => serializer.collect_map([($member, value)]), )+
                        Self::Unknown(members) => members.serialize(serializer),
                    }
                }
            }

            impl $crate::json::reader::ReadJson for $name {
                fn read(
                    reader: &mut $crate::json::reader::Reader<'_>,
                ) -> Result<Self, $crate::json::reader::Misread> {
                    let mut known = None;
                    let mut unknown = $crate::json::ExtraFields::default();
                    reader.object(&mut |reader, name| {
                        let value = match name {
                            $( $member => reader.read::<Option<$ty>>()?.map(Self::$variant), )+
                            _ => {
                                if let Some(value) = reader.read()? {
                                    unknown.push(name.to_owned(), value);
                                }
                                None
                            }
                        };
                        if value.is_some() && known.is_some() {
                            return Err(reader.error($crate::json::member_union::CROWDED));
                        }
                        known = known.take().or(value);
                        Ok(())
                    })?;
                    match known {
                        Some(_) if !unknown.is_empty() => Err(reader.error($crate::json::member_union::CROWDED)),
                        Some(known) => Ok(known),
                        None => Ok(Self::Unknown(unknown)),
                    }
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::json::from_serde::deserialize(deserializer)
                }
            }
        };
    };
}

/// The error for an object with more than one of the members that exclude each other.
pub(crate) const CROWDED: &str = "a union has one member";

pub(crate) use member_union;

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro declares is public")]
mod tests {
    use crate::json::from_slice;

    member_union! {
        /// For the tests.
        pub enum Sample {
            /// A text.
            Text(String) = "text",
            /// A number.
            Count(u64) = "count",
        }
    }

    #[test]
    fn a_member_names_the_kind() {
        for (json, member) in [
            (r#"{"text":"a"}"#, "text"),
            (r#"{"count":7}"#, "count"),
            (r#"{"new": [1,  2]}"#, "new"),
            ("{}", ""),
        ] {
            let sample: Sample = from_slice(json.as_bytes()).expect(json);
            assert_eq!(sample.member(), member);
            assert_eq!(matches!(sample, Sample::Unknown(_)), !["text", "count"].contains(&member), "{json}");
            let written = serde_json::to_string(&sample).expect("it can be written");
            assert_eq!(written, json.replacen(": ", ":", 1), "{json}");
        }
    }

    #[test]
    fn null_is_absent() {
        assert_eq!(from_slice::<Sample>(br#"{"text":null,"count":1,"new":null}"#), Ok(Sample::Count(1)));
    }

    #[test]
    fn malformed_is_an_error_with_its_path() {
        for (json, path) in [
            (r#"[{"text":7}]"#, "[0].text"),
            (r#"[{"count":1},{"count":1,"text":"a"}]"#, "[1]"),
            (r#"[{"count":1,"new":2}]"#, "[0]"),
        ] {
            let error = from_slice::<Vec<Sample>>(json.as_bytes()).expect_err(json);
            assert!(error.path().starts_with(path), "{json}: {error}");
        }
    }
}
