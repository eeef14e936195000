"""The two kinds of failure that cross a boundary, each with a sentence a coordinator understands."""


class OutreachError(Exception):
    """Something a person can act on. The message is one plain sentence and is shown as it stands."""


class TemporaryFailure(OutreachError):
    """Trying again later may work: a database that is busy, a provider that asks us to wait."""


class PermanentFailure(OutreachError):
    """Trying again changes nothing: a broken file, an unknown tag, a refused key."""
