"""What a sample holds, in numbers and in a sentence."""

from dataclasses import dataclass, field

WORDS = {
    "missing_email": ("utan adress", "without an address"),
    "same_address": ("med samma adress som någon annan", "with somebody else's address"),
    "shared_mailbox": ("med en delad brevlåda", "with a shared mailbox"),
    "upper_case_email": ("med adressen i versaler", "with the address in capitals"),
    "padded_email": ("med blanktecken kring adressen", "with blanks around the address"),
    "invalid_email": ("med en felaktig adress", "with an address that is wrong"),
    "no_end_date": ("utan slutdatum", "without an end date"),
    "several_departments": ("vid flera institutioner", "at several departments"),
    "protected": ("med skyddade uppgifter", "with protected identity"),
    "deceased": ("avlidna", "deceased"),
    "applied_without_end": ("som sökt examen utan slutdatum", "who applied for their degree without an end date"),
    "awarded": ("som har fått sin examen", "who have their degree"),
    "near_end": ("som snart är klara eller har sökt examen", "who are near their end or have applied for their degree"),
}


@dataclass(frozen=True)
class SampleSummary:
    """How many people and rows a sample file has, and how many people each oddity (a key of WORDS)."""

    people: int
    rows: int
    oddities: dict[str, int] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """One line for the person who asked for the sample."""
        swedish = language == "sv"
        opening = (
            f"Skrev {self.people} påhittade personer på {self.rows} rader"
            if swedish
            else f"Wrote {self.people} invented people in {self.rows} rows"
        )
        parts = [f"{count} {WORDS[name][0 if swedish else 1]}" for name, count in self.oddities.items() if count]
        return f"{opening}: {', '.join(parts)}." if parts else f"{opening}."
