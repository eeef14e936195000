"""Numbers, days and moments as people write them in Swedish and in English."""

from datetime import datetime

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from outreach.clock import OFFICE_ZONE
from outreach.duties import Language

LOCALES = {"sv": Locale("sv"), "en": Locale("en", "GB")}


class Formats:
    """What templates know as `number`, `day` and `moment`. Times are aware and shown in the office's zone."""

    def __init__(self, language: Language) -> None:
        self.locale = LOCALES[language]

    def number(self, count: int) -> str:
        """12345 -> "12 345" or "12,345"."""
        return format_decimal(count, locale=self.locale)

    def day(self, at: datetime) -> str:
        """ "22 november 2026" or "22 November 2026"."""
        return format_date(at.astimezone(OFFICE_ZONE), format="long", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """ "22 november 2026 12:00"."""
        return f"{self.day(at)} {format_time(at.astimezone(OFFICE_ZONE), format='HH:mm', locale=self.locale)}"
