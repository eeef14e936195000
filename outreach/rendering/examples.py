"""An example reader and example values, for previews and for checking every template without any real person."""

from outreach.rendering.people import person_values
from outreach.rendering.templating import LINKS
from outreach.settings import settings

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
    )
