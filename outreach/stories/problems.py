"""Why a story was not taken in, or what was changed in it to make it safe: one sentence, in Swedish and English."""

from dataclasses import dataclass

# code -> (Swedish, English). {column} is our name of the column, {value} what stood in it.
REASONS = {
    "no_title": ("rubriken saknas", "the title is missing"),
    "no_body": ("rubriken {value} har ingen text på samma språk", "the title {value} has no text in its language"),
    "no_title_for_body": (
        "texten har ingen rubrik på samma språk ({column} saknas)",
        "the text has no title in its language ({column} is missing)",
    ),
    "long": ("{column} är längre än {value} tecken", "{column} is longer than {value} characters"),
    "twice": (
        "{column} står två gånger, med olika innehåll",
        "{column} stands twice, and says different things",
    ),
    "script": (
        "texten innehåller kod ({value}); ta bort den",
        "the text holds code ({value}); take it out",
    ),
    "bad_link": (
        "länken {value} börjar inte med https://, http:// eller mailto:",
        "the link {value} does not begin with https://, http:// or mailto:",
    ),
    "picture_in_text": (
        "texten innehåller en bild; lägg bilden i kolumnen image",
        "the text holds a picture; put it in the column image",
    ),
    "our_mark": (
        "{column} innehåller ett av systemets egna märken; ta bort {value}",
        "{column} holds one of the system's own marks; take out {value}",
    ),
    "bad_word": (
        "{column} {value} är okänt; se tabellen i handboken",
        "{column} {value} is not known; see the table in the handbook",
    ),
    "no_kind": ("typen (kind) saknas", "the kind is missing"),
    "bad_department": (
        "institutionen {value} finns inte i config/departments.csv",
        "the department {value} does not stand in config/departments.csv",
    ),
    "bad_date": (
        "{column} {value} är ingen dag; skriv ÅÅÅÅ-MM-DD, och för en tid ÅÅÅÅ-MM-DD TT:MM",
        "{column} {value} is not a day; write YYYY-MM-DD, and for a time YYYY-MM-DD HH:MM",
    ),
    "window_turned": (
        "publish_until {value} ligger före publish_from",
        "publish_until {value} is before publish_from",
    ),
    "past": (
        "publiceringstiden är över: sista dagen var {value}",
        "the time to publish it is over: its last day was {value}",
    ),
    "no_time": ("ett evenemang måste ha en tid (happens_at)", "an event must have a time (happens_at)"),
    "bad_slug": (
        "slug {value} får bara ha a–z, 0–9 och bindestreck, högst 80 tecken",
        "the slug {value} may only hold a–z, 0–9 and hyphens, 80 characters at most",
    ),
    "same_slug": (
        "samma slug, {value}, står tidigare i filen med annat innehåll",
        "the same slug, {value}, stands earlier in the file and says something else",
    ),
    "slug_taken": (
        "slug {value} är en annan institutions berättelse; välj en annan",
        "the slug {value} is another department's story; choose another",
    ),
    "no_person": (
        "ett porträtt måste säga vem det visar (student_uid eller email)",
        "a portrait must say whom it shows (student_uid or email)",
    ),
    "unknown_person": (
        "ingen i registret har det student_uid eller den e-postadress som står i {column}",
        "nobody in the register has the student_uid or address given in {column}",
    ),
    "shared_address": (
        "flera personer har e-postadressen; ange student_uid",
        "several people have the e-mail address; give student_uid",
    ),
    "no_alt": (
        "bilden saknar beskrivning (image_alt) för den som inte ser den",
        "the picture has no description (image_alt) for those who cannot see it",
    ),
    "picture_place": (
        "bilden {value} måste ligga i samma mapp som filen eller under den, och anges med sitt filnamn",
        "the picture {value} must lie in the file's folder or below it, and be given by its file name",
    ),
    "no_picture": ("bilden {value} finns inte", "there is no picture {value}"),
    "picture_bytes": ("bilden {value} är större än 20 MB", "the picture {value} is larger than 20 MB"),
    "picture_pixels": (
        "bilden {value} har fler än 30 miljoner bildpunkter",
        "the picture {value} has more than 30 million pixels",
    ),
    "picture_type": (
        "bilden {value} är varken JPEG, PNG eller WebP, vad den än heter",
        "the picture {value} is no JPEG, PNG or WebP, whatever its name says",
    ),
    "picture_shape": (
        "bilden {value} är för liten (kortsidan under 100 bildpunkter) eller mer än fyra gånger så lång som bred",
        "the picture {value} is too small (under 100 pixels on its shorter side) or more than four times as long as "
        "wide",
    ),
    "picture_moves": ("bilden {value} är rörlig", "the picture {value} moves"),
    "picture_broken": ("bilden {value} är avbruten eller trasig", "the picture {value} is cut off or broken"),
    "no_front_matter": (
        "filen börjar inte med uppgifter mellan två rader ---",
        "the file does not begin with its particulars between two lines of ---",
    ),
    "bad_front_matter": (
        "uppgifterna mellan --- går inte att läsa: {value}",
        "the particulars between the --- cannot be read: {value}",
    ),
    "unknown_key": ("uppgiften {value} är okänd", "the key {value} is not known"),
    "not_text": (
        "filen är inte text i UTF-8, eller större än 200 kB",
        "the file is not text in UTF-8, or larger than 200 kB",
    ),
    # These change something and let the story stand.
    "html_is_text": (
        "importerad; HTML i texten visas som text, till exempel {value}",
        "imported; HTML in the text is shown as text, such as {value}",
    ),
    "hidden_removed": (
        "importerad utan osynliga tecken som styr eller vänder text i {column}",
        "imported without unseen characters that steer or turn text in {column}",
    ),
    "consent_without_proof": (
        "importerad utan samtycke: ange var och när det gavs (consent_source och consent_date)",
        "imported without consent: say where and when it was given (consent_source and consent_date)",
    ),
}
VALUE_LENGTH = 80


@dataclass(frozen=True)
class Problem:
    """What is wrong with a story. `code`: a key of REASONS."""

    code: str
    column: str = ""
    value: object = ""

    def sentence(self, language: int) -> str:
        """In Swedish (0) or English (1). What stood in the file is shown quoted and cut."""
        value = repr(self.value[:VALUE_LENGTH]) if isinstance(self.value, str) else self.value
        return REASONS[self.code][language].format(column=self.column, value=value)


class RefusedStory(Exception):
    """A story that is not taken in."""

    def __init__(self, code: str, column: str = "", value: object = "") -> None:
        super().__init__(code)
        self.problem = Problem(code, column, value)
