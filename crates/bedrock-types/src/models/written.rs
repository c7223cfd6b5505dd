//! The catalog as JSON: what serde's derive would write, without the crate that every build would have to compile for it.

/// Writes a struct as an object of all its members. One that is forgotten does not compile.
macro_rules! written_members {
    ($($name:ident { $($member:ident),+ $(,)? })+) => {
        $(
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeStruct;

                    let Self { $($member),+ } = self;
                    let mut written =
                        serializer.serialize_struct(stringify!($name), [$(stringify!($member)),+].len())?;
                    $( written.serialize_field(stringify!($member), $member)?; )+
                    written.end()
                }
            }
        )+
    };
}

/// Writes an enum as a word for each variant.
macro_rules! written_words {
    ($($name:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {
        $(
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(match self {
                        $( Self::$variant => $word, )+
                    })
                }
            }
        )+
    };
}

pub(super) use written_members;
pub(super) use written_words;
