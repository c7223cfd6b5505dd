//! Sets of texts that the server may extend.

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

            fn view(&self) -> $crate::json::value::View<'_> {
                match self {
                    Self::Unknown(text) => $crate::json::value::View::UnknownText(text),
                    known => $crate::json::value::View::Text(known.as_str()),
                }
            }

            fn place(&mut self) -> $crate::json::value::Place<'_> {
                $crate::json::value::Place::Word(self)
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

pub(crate) use open_enum;
