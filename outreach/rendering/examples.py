"""An example reader and example values, for previews and for checking every template without any real person."""

from outreach.rendering.edition import Stories
from outreach.rendering.markdown import Markdown
from outreach.rendering.people import person_values
from outreach.rendering.templating import LINKS
from outreach.settings import settings

STORIES = Stories("<h2>På gång</h2><h3>Julkonsert i Aula Magna</h3><p>Välkommen!</p>", "PÅ GÅNG\n\nJulkonsert")
PROGRAMMES = {"sv": "Kandidatprogram i statsvetenskap", "en": "Bachelor's Programme in Political Science"}

# The values that messages to coordinators are given. A message that is given others adds them here.
CONTEXT: dict[str, object] = {
    "name": "Anna Lindqvist",
    "duty": "Inbjudan till examensklassen",
    "period": "2026-HT",
    "wave": 1,
    "waves": 4,
    "each_time": False,
    "code": "K7Q2-M9XD",
    "people": 1234,
    "campaigns": [{"key": "graduation-invitation/2026-HT/central", "people": 1234}],
    "groups": [{"label": "Juridiska institutionen", "people": 1030}, {"label": "Fysikum", "people": 204}],
    "page": "https://alumni.example.org/approve/example",
    "valid_until": "2026-12-06",
    "title": "Nyhetsbrev december 2026",
    "headline": "Nytt centrum för klimatforskning",
    "also": "Så blev jag redaktör, Julkonsert i Aula Magna",
    "departments": [{"label": "Juridiska institutionen"}],
    "edition": "Nyhetsbrev december 2026",
    "deadline": "17 november 2026",
    "reminder": False,
    "opens": "1 december 2026",
    "subject_line": "Bidrag till nyhetsbrevet 2026-Q4",
    "near": True,
    "coming": 34,
    "waiting": 5,
    "host": "https://alumni.example.org/host/example",
    "days": 14,
    "minutes": 15,
    # A survey, in the words of `outreach.surveys.letters`.
    "survey": {
        "title": "Hur gick det efter examen?",
        "closes": "söndag 3 januari 2027",
        "last_day": "3 januari",
        "week": "veckan 26 oktober–1 november 2026",
        "results": "https://alumni.example.org/results",
    },
    # An event, in the words of `outreach.visits.letters`.
    "event": {
        "title": "Alumnträff i Tokyo",
        "headline": "Alumnträff i Tokyo",
        "when": "fredag 14 maj 2027 kl. 18.00–20.30 (Tokyotid, UTC+9)",
        "date": "14 maj",
        "day": "fredag 14 maj",
        "where": "Sveriges ambassad, 1-10-3-100 Roppongi, Tokyo, Japan",
        "venue": "Sveriges ambassad, 1-10-3-100 Roppongi",
        "city": "Tokyo",
        "near": "i närheten av Tokyo",
        "delegation": "Rektor Anna Lindqvist och prorektor Per Öberg",
        "answer_by": "söndag 2 maj 2027",
        "guests_allowed": 2,
        "capacity": 60,
        "body": Markdown("Vi berättar om forskningen, och du får träffa andra alumner i **Tokyo**."),
        "entry": Markdown("Ta med legitimation. Dörrarna öppnas 17.30 på *Roppongi 1*."),
    },
    "answers_open": True,
    "changes": [
        {"what": "Plats", "before": "Hotel Okura", "after": "Sveriges ambassad, 1-10-3-100 Roppongi"},
        {"what": "Tid", "before": "kl. 17.00", "after": "kl. 18.00"},
    ],
}


def example_values(language: str) -> dict[str, str]:
    """The values of an example person, Åsa, as `person_values` makes them."""
    base = settings().public_url.rstrip("/")
    return person_values(
        first_name="Åsa",
        last_name="Öberg",
        programme=PROGRAMMES[language],
        language=language,
        links={name: f"{base}/{name}/example" for name in LINKS},
        guests=1,
        confirm_until={"sv": "tisdag 4 maj kl. 14.00", "en": "Tuesday 4 May at 14:00"}[language],
    )
