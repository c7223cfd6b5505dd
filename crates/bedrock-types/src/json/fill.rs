//! Values read: each goes into its place, straight from the text.

use super::{
    ExtraFields,
    forms::Form,
    member_union,
    object::{EXTRA, Member, Named, Presence, Shape, WireObject},
    reader::{Misread, Reader},
    union,
    value::{Items, Place},
};

impl Reader<'_> {
    /// Reads the value that comes next into its place, which is blank.
    pub(crate) fn fill(&mut self, place: Place<'_>) -> Result<(), Misread> {
        match place {
            Place::Truth(to) => *to = self.truth()?,
            Place::Whole(to) => {
                let number = self.whole_number()?;
                to.set(number).ok_or_else(|| self.error("a number beyond its range"))?;
            }
            Place::Number(to) => *to = self.number()?,
            Place::Text(to) => *to = self.owned_text()?,
            Place::Raw(to) => *to = self.raw()?,
            Place::Members(to) => *to = self.any_members()?,
            Place::Word(to) => to.set(&self.text()?),
            Place::Maybe(to) => {
                if let Some(place) = to.set(!self.null()) {
                    self.fill(place)?;
                }
            }
            // An object looks for the names of this one itself.
            Place::Flat(_) => {}
            Place::Items(to) => self.array(to)?,
            Place::Object(to) => self.members(to)?,
            Place::Union(to) => union::read(to, self)?,
            Place::MemberUnion(to) => member_union::read(to, self)?,
            Place::TwoForms(to) => match self.form().and_then(|form| to.choose(form)) {
                Some(place) => self.fill(place)?,
                None => return Err(self.wrong_type(to.names())),
            },
        }
        Ok(())
    }

    /// Reads an object into what it has, which is blank: its `type` must be that of the shape, where that has one, and members that
    /// the shape does not know are kept.
    #[inline(never)]
    fn members(&mut self, object: &mut dyn WireObject) -> Result<(), Misread> {
        let shape = object.shape();
        let mut more = self.enter(shape)?;
        if self.again {
            forget(object);
        }
        let envelope = self.envelope.take();
        let mut seen = Seen::default();
        while more {
            let name = self.name()?;
            if let Some(envelope) = envelope
                && (self.null() || !(envelope.has)(&name))
            {
                return Err(self.error(format!("the envelope has no such member as `{name}`")));
            }
            self.member(&name, shape, object, &mut seen)?;
            more = self.goes_on(b'}')?;
        }
        let given = envelope.map(|envelope| envelope.given);
        let is_required =
            |member: &Member| member.presence == Presence::Required && given != Some(member.name);
        for (index, member) in shape.members.iter().enumerate() {
            if is_required(member) && !seen.has(index) {
                return Err(self.missing(member.name));
            }
        }
        if seen.flat || !shape.has_flat {
            return Ok(());
        }
        match object.place_at(shape.members.len()) {
            Place::Flat(flat) => flat.absent().ok_or_else(|| self.missing(flat.names())),
            _ => Ok(()),
        }
    }

    /// Reads the value of the member `name`.
    fn member(
        &mut self,
        name: &str,
        shape: &Shape,
        object: &mut dyn WireObject,
        seen: &mut Seen,
    ) -> Result<(), Misread> {
        if let Some(tag) = shape.tag
            && name == "type"
        {
            return self.expect_tag(tag);
        }
        if let Some(index) = seen.place(name, shape.members) {
            // Of one that comes twice, the last counts.
            let again = self.again;
            self.again |= seen.add(index);
            let read = self.fill(object.place_at(index));
            self.again = again;
            return read;
        }
        if shape.has_flat
            && let Place::Flat(flat) = object.place_at(shape.members.len())
        {
            match flat.read_named(name, self)? {
                Named::It if seen.flat => {
                    return Err(self.error(format!("more than one of `{}`", flat.names())));
                }
                Named::It => {
                    seen.flat = true;
                    return Ok(());
                }
                Named::Absent => return Ok(()),
                Named::Other => {}
            }
        }
        let value = self.raw()?;
        if let Place::Members(extra) = object.place_at(EXTRA) {
            extra.push(name.to_owned(), value);
        }
        Ok(())
    }

    /// Reads an array.
    #[inline(never)]
    fn array(&mut self, items: &mut dyn Items) -> Result<(), Misread> {
        let mut more = self.open(b'[', b']', "an array")?;
        items.clear();
        while more {
            self.fill(items.add())?;
            more = self.goes_on(b']')?;
        }
        Ok(())
    }

    /// What comes next, as far as a value may come in several forms.
    fn form(&mut self) -> Option<Form> {
        match self.peek()? {
            b't' | b'f' => Some(Form::Truth),
            b'"' => Some(Form::Text),
            b'[' => Some(Form::Items),
            b'{' => Some(Form::Object),
            _ => None,
        }
    }
}

/// Makes an object blank again, as far as reading it once more does not.
#[cold]
fn forget(object: &mut dyn WireObject) {
    for index in 0..object.shape().members.len() {
        if let Place::Maybe(member) = object.place_at(index) {
            member.set(false);
        }
    }
    if let Place::Members(extra) = object.place_at(EXTRA) {
        *extra = ExtraFields::default();
    }
}

/// Which members of an object have come.
#[derive(Default)]
struct Seen {
    /// A bit for each: no shape has more members.
    members: u64,
    flat: bool,
    /// Where the next is looked for first: mostly they come in the order in which they are declared.
    next: usize,
}

impl Seen {
    fn has(&self, index: usize) -> bool {
        self.members & (1 << index) != 0
    }

    /// Whether it had come before.
    fn add(&mut self, index: usize) -> bool {
        let again = self.has(index);
        self.members |= 1 << index;
        again
    }

    /// The place of the member of this name.
    fn place(&mut self, name: &str, members: &[Member]) -> Option<usize> {
        // 0 <= next <= members.len()
        let (before, behind) = members.split_at_checked(self.next)?;
        let find = |members: &[Member]| members.iter().position(|member| member.name == name);
        let place = find(behind).map(|place| before.len() + place).or_else(|| find(before))?;
        self.next = place + 1;
        Some(place)
    }
}
