"""The Swedish words for what a post is."""

from outreach.linkedin.composing import NEWSLETTER

KINDS = {
    "news": "Nyhet",
    "portrait": "Porträtt",
    "event": "Evenemang",
    "mentors": "Efterlysning av mentorer",
    "career_tip": "Karriärtips",
    "call": "Efterlysning",
    "research": "Forskning",
    NEWSLETTER: "Nyhetsbrev",
}
LANGUAGES = {"sv": "Svenska", "en": "Engelska", "both": "Svenska och engelska"}
