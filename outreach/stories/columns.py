"""Which header or key means which of our columns, and which words mean which of our values, in Swedish and English."""

from outreach.models import StoryStatus
from outreach.sheets.headers import Headers, meanings
from outreach.sheets.reading import folded
from outreach.stories.problems import RefusedStory
from outreach.story import Channel, Kind

# Our column = what it may be called. Case, spaces, "_", "-" and "." do not matter. `title`, `body` and `image_alt` are
# in the language that `language` names, Swedish where it names none.
COLUMNS = {
    "slug": ["slug", "namn_i_adressen", "kortnamn"],
    "kind": ["kind", "typ", "slag"],
    "department": ["department", "department_code", "institution", "institutionskod", "inst"],
    "language": ["language", "språk"],
    "title": ["title", "titel", "rubrik"],
    "title_sv": ["title_sv", "titel_sv", "rubrik_sv"],
    "title_en": ["title_en", "titel_en", "rubrik_en"],
    "body": ["body", "text", "brödtext"],
    "body_sv": ["body_sv", "text_sv", "brödtext_sv"],
    "body_en": ["body_en", "text_en", "brödtext_en"],
    "link": ["link", "url", "länk"],
    "image": ["image", "picture", "bild"],
    "image_alt": ["image_alt", "alt", "alt_text", "bildbeskrivning"],
    "image_alt_sv": ["image_alt_sv", "alt_sv", "bildbeskrivning_sv"],
    "image_alt_en": ["image_alt_en", "alt_en", "bildbeskrivning_en"],
    "student_uid": ["student_uid", "uid", "person_uid"],
    "email": ["email", "e-post", "epost", "e-postadress", "person_email"],
    "happens_at": ["happens_at", "event_time", "tid", "datum", "tidpunkt"],
    "place": ["place", "plats"],
    "publish_from": ["publish_from", "publiceras_från", "från"],
    "publish_until": ["publish_until", "publiceras_till", "till"],
    "channels": ["channels", "kanaler"],
    "status": ["status"],
    "consent_newsletter": ["consent_newsletter", "samtycke_nyhetsbrev"],
    "consent_web": ["consent_web", "samtycke_webb"],
    "consent_linkedin_page": ["consent_linkedin_page", "samtycke_linkedin_sida"],
    "consent_linkedin_group": ["consent_linkedin_group", "samtycke_linkedin_grupp"],
    "consent_source": ["consent_source", "samtycke_källa"],
    "consent_date": ["consent_date", "samtycke_datum"],
}
IGNORED = ["rad/line", "fil/file", "importerad/imported", "orsak", "reason", "anteckning", "note"]

KINDS = {
    Kind.NEWS: ["news", "nyhet"],
    Kind.PORTRAIT: ["portrait", "porträtt", "alumnporträtt"],
    Kind.EVENT: ["event", "evenemang", "händelse"],
    Kind.MENTORS: ["mentors", "mentorer", "mentorskap"],
    Kind.CAREER_TIP: ["career_tip", "karriärtips"],
    Kind.CALL: ["call", "upprop"],
    Kind.RESEARCH: ["research", "forskning"],
}
CHANNELS = {
    Channel.NEWSLETTER: ["newsletter", "nyhetsbrev", "nyhetsbrevet"],
    Channel.WEB: ["web", "webb", "webben"],
    Channel.LINKEDIN_PAGE: ["linkedin_page", "linkedin_sida"],
    Channel.LINKEDIN_GROUP: ["linkedin_group", "linkedin_grupp"],
}
STATUSES = {
    StoryStatus.DRAFT: ["draft", "utkast"],
    StoryStatus.READY: ["ready", "klar"],
    StoryStatus.WITHDRAWN: ["withdrawn", "tillbakadragen"],
}
ANSWERS = {True: ["yes", "ja", "j", "y", "true", "1", "x"], False: ["no", "nej", "n", "false", "0"]}
LANGUAGES = {"sv": ["sv", "svenska", "swedish"], "en": ["en", "engelska", "english"]}


HEADERS = Headers.of(COLUMNS, IGNORED)
KIND_WORDS = meanings(KINDS)
CHANNEL_WORDS = meanings(CHANNELS)
STATUS_WORDS = meanings(STATUSES)
ANSWER_WORDS = meanings(ANSWERS)
LANGUAGE_WORDS = meanings(LANGUAGES)


def in_language(cells: dict[str, str], language: str | None = None) -> tuple[dict[str, str], str]:
    """The cells with `title`, `body` and `image_alt` under the name of their language, and that language.

    `language`: what is known of it; else the cells say, else it is Swedish. Raises RefusedStory.
    """
    said = dict(cells)
    word = said.pop("language", "")
    if word and folded(word) not in LANGUAGE_WORDS:
        raise RefusedStory("bad_word", "language", word)
    language = language or (LANGUAGE_WORDS[folded(word)] if word else "sv")
    own = {f"{name}_{language}": said.pop(name) for name in ("title", "body", "image_alt") if name in said}
    return without_contradiction(said, own), language


def without_contradiction(*parts: dict[str, str]) -> dict[str, str]:
    """All cells together. Raises RefusedStory when two parts say different things in one column."""
    said: dict[str, str] = {}
    for part in parts:
        for column_, text in part.items():
            if said.setdefault(column_, text) != text:
                raise RefusedStory("twice", column_)
    return said
