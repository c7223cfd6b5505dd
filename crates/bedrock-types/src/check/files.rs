//! Pictures and PDFs: how many, and how large, as far as the bytes tell without a look inside.

use super::{Check, Fix, Outcome, Rule, content::each_block, place::Place};
use crate::{
    messages::{ContentBlock, DocumentSource, ImageSource, SizeLimit},
    route::Route,
};

pub(super) fn check(check: &mut Check<'_>) {
    let mut files = Files { most_images: most_images(check.model.context_window), ..Files::default() };
    let params = check.params;
    each_block(params, &mut |place, block, _| files.add(check, place, block));
    if let Some(place) = files.first_over {
        let rule = Rule::TooManyImages { limit: files.most_images, got: files.images };
        check.refused(place, rule, Fix::Remove);
    } else if check.route == Route::Converse {
        images_of_a_turn(check);
    }
}

/// What there is up to here.
#[derive(Default)]
struct Files {
    most_images: usize,
    images: usize,
    /// Where the first picture too many stands.
    first_over: Option<String>,
    /// In base64.
    bytes: usize,
}

impl Files {
    fn add(&mut self, check: &mut Check<'_>, place: Place<'_>, block: &ContentBlock) {
        let data = match block {
            ContentBlock::Image(image) => {
                self.images += 1;
                if self.images == self.most_images + 1 {
                    self.first_over = Some(place.to_string());
                }
                let ImageSource::Base64(source) = &image.source else { return };
                let limit = SizeLimit::Image.bytes() / 3 * 4;
                if source.data.len() > limit {
                    too_large(check, place, SizeLimit::Image, limit, source.data.len());
                }
                &source.data
            }
            ContentBlock::Document(document) => {
                let DocumentSource::Base64(source) = &document.source else { return };
                &source.data
            }
            _ => return,
        };
        let limit = SizeLimit::RequestBody.bytes();
        let before = self.bytes;
        self.bytes = before.saturating_add(data.len());
        if before <= limit && self.bytes > limit {
            too_large(check, place, SizeLimit::RequestBody, limit, self.bytes);
        }
    }
}

fn too_large(check: &mut Check<'_>, place: Place<'_>, of: SizeLimit, limit: usize, got: usize) {
    let source = place.then("source");
    check.refused(source.then("data"), Rule::FileTooLarge { of, limit, got }, Fix::SmallerFile);
}

/// <https://platform.claude.com/docs/en/build-with-claude/vision>, 2026-11: 100 in a request to a model with a window of 200 thousand
/// tokens, 600 to the others.
fn most_images(context_window: u32) -> usize {
    if context_window <= 200_000 { 100 } else { 600 }
}

/// The reference of Converse says 20 in a turn, the newer user guide that Bedrock itself sets no limit:
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html> and
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-api-restrictions.html>, 2026-11.
fn images_of_a_turn(check: &mut Check<'_>) {
    let messages = Place::member("messages");
    for (index, turn) in check.params.messages.iter().enumerate() {
        let blocks = turn.content.blocks();
        let mut images = (0..).zip(blocks).filter(|(_, block)| matches!(block, ContentBlock::Image(_)));
        if let Some((first_over, _)) = images.nth(MOST_IMAGES_OF_A_TURN) {
            let rule = Rule::TooManyImages {
                limit: MOST_IMAGES_OF_A_TURN,
                got: MOST_IMAGES_OF_A_TURN + 1 + images.count(),
            };
            let place = messages.at(index);
            check.found(Outcome::Unsure, place.then("content").at(first_over), rule, Fix::Remove);
        }
    }
}

const MOST_IMAGES_OF_A_TURN: usize = 20;
