"""Plain words for what the ledger's codes mean, and numbers as people write them."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]  # code -> Swedish, English

STATUSES: Words = {
    "excluded": ("Fick inte brevet", "Did not get the letter"),
    "cancelled": ("Avbrutna innan de skickades", "Cancelled before they were sent"),
    "planned": ("Väntar på att skickas", "Waiting to be sent"),
    "in_flight": ("Skickas just nu", "Being sent right now"),
    "accepted": ("Mottagna av e-posttjänsten", "Accepted by the mail service"),
    "delivered": ("Levererade till mottagarens brevlåda", "Delivered to the person's mailbox"),
    "deferred": ("Försenade; e-posttjänsten försöker igen", "Delayed; the mail service tries again"),
    "bounced": ("Studsade tillbaka", "Bounced"),
    "dropped": ("Stoppade av e-posttjänsten", "Stopped by the mail service"),
    "complained": ("Anmälda som skräppost", "Reported as spam"),
    "rejected": ("Kunde inte skickas", "Could not be sent"),
    "unknown": (
        "Oklart om de kom fram; skickas aldrig om av sig själva",
        "May have arrived; never sent again by itself",
    ),
}

REASONS: Words = {
    "no_address": ("Det finns ingen e-postadress i registret.", "The register has no e-mail address."),
    "shared_address": (
        "Någon annan med samma adress får brevet.",
        "Somebody else with the same address gets the message.",
    ),
    "suppressed": (
        "Adressen är spärrad: personen har avregistrerat sig, eller så har adressen slutat fungera.",
        "The address is blocked: the person has unsubscribed, or the address has stopped working.",
    ),
    "said_no": ("Personen har tackat nej.", "The person has said no."),
    "no_consent": ("Personen har inte tackat ja till detta.", "The person has not said yes to this."),
    "member": ("Personen är redan medlem.", "The person is a member already."),
    "left": ("Personen har lämnat nätverket.", "The person has left the network."),
    "already_asked": (
        "Personen har redan fått inbjudan i ett annat utskick.",
        "The person has been invited in another campaign already.",
    ),
    "asked_recently": (
        "Personen har nyss fått ett brev från oss.",
        "The person has had a message from us only recently.",
    ),
    "over_budget": (
        "Personen har nyss fått eller ska få så många brev som gränsen tillåter.",
        "The person has just had, or is about to get, as many messages as the limit allows.",
    ),
    "answered": ("Personen har redan svarat.", "The person has already answered."),
    "still_studying": (
        "Personen studerar fortfarande vid universitetet.",
        "The person is still studying at the university.",
    ),
    "asked_in_another": (
        "Personen tillfrågas redan i en annan enkät.",
        "The person is already being asked in another survey.",
    ),
    "survey_closed": (
        "Enkäten stängde innan brevet hann skickas.",
        "The survey closed before the message could be sent.",
    ),
    "overtaken": (
        "Beskedet gällde inte längre när det skulle skickas.",
        "What was to be said no longer held when it was to be sent.",
    ),
    "not_reached": ("Det första brevet kom inte fram.", "The first message did not arrive."),
    "wave_passed": ("Dagen för påminnelsen är förbi.", "The day of the reminder has passed."),
    "no_end_date": ("Det finns inget slutdatum i registret.", "The register has no end date."),
    "not_in_register": (
        "Studierna finns inte längre i registret.",
        "The studies are no longer in the register.",
    ),
    "not_in_class": (
        "Personen hör inte längre till terminens examensklass.",
        "The person no longer belongs to the term's graduating class.",
    ),
    "person_erased": (
        "Personens uppgifter har raderats på egen begäran.",
        "The person's details have been erased at their own request.",
    ),
    "campaign_cancelled": ("Utskicket avbröts.", "The campaign was cancelled."),
    "campaign_expired": (
        "Utskicket stängdes innan brevet hann skickas.",
        "The campaign closed before the message could be sent.",
    ),
    "refused": ("E-posttjänsten tog inte emot brevet.", "The mail service refused the message."),
    "cannot_compose": (
        "Brevet gick inte att sätta ihop för den här adressen.",
        "The message could not be put together for this address.",
    ),
    "sendgrid_400": ("E-posttjänsten godtog inte adressen.", "The mail service did not accept the address."),
    "sendgrid_413": ("Brevet är för stort för e-posttjänsten.", "The message is too large for the mail service."),
    "worker_lost": (
        "Programmet stannade mitt i utskicket.",
        "The program stopped in the middle of sending.",
    ),
    "": ("Ingen orsak är angiven.", "No reason was given."),
}

# What is counted of an event, in the order things happen. Coming and came are seats: guests are counted.
MEASURES: Words = {
    "invited": ("Inbjudna", "Invited"),
    "answered": ("Svarade", "Answered"),
    "coming": ("Kommer, med gäster", "Coming, with guests"),
    "came": ("Kom, med gäster", "Came, with guests"),
}


def measure_words(code: str, language: str) -> str:
    """What one of the counts of an event is called."""
    return _words(MEASURES, code, language)


def status_words(code: str, language: str) -> str:
    """What a recipient's status means; a code without words is given as it stands."""
    return _words(STATUSES, code, language)


def reason_words(code: str, language: str) -> str:
    """One plain sentence for a reason; a code without words is given as it stands.

    A reason that names a campaign (`over_budget:<key>`) says which one went first.
    """
    reason, _, campaign = code.partition(":")
    if not campaign or reason not in REASONS:
        return _words(REASONS, code, language)
    first = f"Före gick {campaign}." if language == "sv" else f"{campaign} went first."
    return f"{_words(REASONS, reason, language)} {first}"


def _words(known: Words, code: str, language: str) -> str:
    return known[code][0 if language == "sv" else 1] if code in known else code


def said(swedish: str, english: str, language: str) -> str:
    """The one of two texts that is in the reader's language."""
    return swedish if language == "sv" else english


def number(count: int, language: str) -> str:
    """1234 as `1 234` (with a space that does not break) in Swedish and `1,234` in English."""
    return f"{count:,}".replace(",", "\u00a0" if language == "sv" else ",")


def percent(share: float, language: str) -> str:
    """0.274 as `27 %` (with a space that does not break) in Swedish and `27%` in English."""
    return f"{share * 100:.0f}" + ("\u00a0%" if language == "sv" else "%")
