//! Sets of texts that the server may extend.

use super::{
    reader::{Misread, Reader},
    value::View,
};

/// Declares an enum of known texts with an `Unknown` variant that keeps any other text and writes it back.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A text that this version does not know.
            Unknown(String),
        }

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::json::value::WireValue for $name {
            fn blank() -> Self {
                Self::Unknown(String::new())
            }

            fn read(
                &mut self,
                reader: &mut $crate::json::reader::Reader<'_>,
            ) -> Result<(), $crate::json::reader::Misread> {
                $crate::json::open_enum::read(self, reader)
            }

            fn view(&self) -> $crate::json::value::View<'_> {
                match self {
                    Self::Unknown(text) => $crate::json::value::View::Unknown(text),
                    known => $crate::json::value::View::Text(known.as_str()),
                }
            }

            fn take_over(&mut self, view: $crate::json::value::View<'_>) {
                $crate::json::open_enum::take_over(self, view);
            }
        }

        impl $crate::json::open_enum::OpenEnum for $name {
            fn set(&mut self, text: &str) {
                *self = Self::from(text);
            }

            fn keep(&mut self, unknown: &str) {
                *self = Self::Unknown(unknown.to_owned());
            }
        }

        $crate::json::value::serde_impls!($name);
    };
}

/// What [`open_enum!`] implements beside being a value.
pub(crate) trait OpenEnum {
    /// Becomes what the text says.
    fn set(&mut self, text: &str);

    /// Becomes an unknown text.
    fn keep(&mut self, unknown: &str);
}

/// Reads the text that comes next.
pub(crate) fn read(value: &mut dyn OpenEnum, reader: &mut Reader<'_>) -> Result<(), Misread> {
    value.set(&reader.text()?);
    Ok(())
}

/// Becomes what another of the set shows.
pub(crate) fn take_over(value: &mut dyn OpenEnum, view: View<'_>) {
    match view {
        View::Text(text) => value.set(text),
        View::Unknown(unknown) if let View::Text(text) = unknown.view() => value.keep(text),
        _ => view.is_foreign(),
    }
}

pub(crate) use open_enum;
