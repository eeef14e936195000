"""What a questionnaire is made of. A page shows one section, so a question may depend on earlier sections only: then
what is asked is right without JavaScript."""

import enum
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from outreach.duties import Language

CODE = r"^[a-z][a-z0-9_]{0,38}$"


class Kind(enum.StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"  # whole numbers from `least` to `most`, the ends named by the first and last of `choices`
    NUMBER = "number"
    MONTH = "month"
    COUNTRY = "country"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    OCCUPATION = "occupation"  # SSYK 2012, chosen from suggestions
    INDUSTRY = "industry"  # SNI 2007, chosen from suggestions


CHOOSING = (Kind.SINGLE, Kind.MULTIPLE)
WRITTEN = (Kind.SHORT_TEXT, Kind.LONG_TEXT)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """A text in both languages. `{week}` in it is the census week in words, `{university}` the university."""

    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def told(self, language: Language) -> str:
        return self.sv if language == "sv" else self.en


class Choice(Words):
    """`code` is what is stored and counted. `alone`: with it nothing else can be ticked ("none of these")."""

    code: str = Field(pattern=CODE)
    alone: bool = False


class Question(Strict):
    """`code`: the name of its column in every figure and file.

    `show_if`: question -> the answers with which this one is asked; all of them must hold. `identity`: the answer is
    about the person (may we ask you?) and is never stored with the others. `permission`: the yes-or-no question that
    lets a written answer be shown. `least`, `most`: of a scale or number; of a written answer its length in characters.
    """

    code: str = Field(pattern=CODE)
    kind: Kind
    text: Words
    help: Words | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    show_if: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    identity: bool = False
    permission: str | None = None
    least: int | None = None
    most: int | None = None

    @model_validator(mode="after")
    def fits_its_kind(self) -> "Question":
        if self.kind in CHOOSING and len(self.choices) < 2:
            raise ValueError(f"{self.code}: a {self.kind} question needs two choices or more")
        if self.kind is Kind.SCALE and (self.least is None or self.most is None or len(self.choices) != 2):
            raise ValueError(f"{self.code}: a scale needs least, most and two choices that name its ends")
        if self.kind not in (*CHOOSING, Kind.SCALE) and self.choices:
            raise ValueError(f"{self.code}: a {self.kind} question has no choices")
        if self.least is not None and self.most is not None and self.least >= self.most:
            raise ValueError(f"{self.code}: least is {self.least}, which is not less than most, {self.most}")
        if self.permission and self.kind not in WRITTEN:
            raise ValueError(f"{self.code}: only a written answer needs a permission to be shown")
        return self

    @property
    def allowed(self) -> tuple[str, ...]:
        """The answers that can be chosen, as they are stored; () where anything of the kind goes."""
        if self.kind is Kind.SCALE:
            assert self.least is not None
            assert self.most is not None
            return tuple(str(number) for number in range(self.least, self.most + 1))
        return tuple(choice.code for choice in self.choices)

    def choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == code), None)


class Section(Strict):
    """One page."""

    code: str = Field(pattern=CODE)
    title: Words
    intro: Words | None = None
    questions: tuple[Question, ...] = Field(min_length=1)


class Questionnaire(Strict):
    """`thanks`: what is said when it has been sent in."""

    name: str
    title: Words
    intro: Words
    thanks: Words
    sections: tuple[Section, ...] = Field(min_length=1)

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions() if question.code == code), None)

    def section(self, code: str) -> Section | None:
        return next((section for section in self.sections if section.code == code), None)

    def appended(self, extra: tuple[Section, ...]) -> "Questionnaire":
        """With a department's own sections last."""
        return self.model_copy(update={"sections": (*self.sections, *extra)})

    def content(self) -> dict[str, Any]:
        """As JSON, to be kept with the answers; `from_content` reads it back."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> "Questionnaire":
        return cls.model_validate(content)

    @property
    def digest(self) -> str:
        """SHA-256 in hex over everything that is asked, in every language."""
        return sha256(json.dumps(self.content(), sort_keys=True).encode()).hexdigest()
