"""The form of a duty is drawn from its flow's schema, and what is typed becomes its parameters."""

from typing import Any

import pytest

from outreach import duty_form
from outreach.duty_values import Wrong

UNHEARD = {
    "type": "object",
    "properties": {"params": {"$ref": "#/definitions/Params", "default": {}, "title": "params"}},
    "definitions": {
        "Params": {
            "type": "object",
            "required": ["colour", "shade"],
            "properties": {
                "preview": {"type": "boolean", "default": False},
                "colour": {"allOf": [{"$ref": "#/definitions/Colour"}], "title": "Färg / Colour"},
                "shade": {"anyOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 1}, {"type": "null"}]},
                "copies": {
                    "type": "integer", "minimum": 1, "maximum": 9, "default": 2, "title": "Kopior / number of copies",
                },
                "story": {"type": "string", "maxLength": 2000, "default": ""},
                "month": {
                    "type": "string",
                    "pattern": "^[0-9]{4}-[0-9]{2}$",
                    "description": "År och månad. / Year and month.",
                },
                "day": {"type": "string", "format": "date"},
                "loud": {"type": "boolean", "default": True},
                "names": {"type": "array", "items": {"type": "string", "maxLength": 5}, "default": []},
                "nested": {"type": "object", "default": {}},
                "office": {"type": "string", "default": "", "x-portal": "central"},
                "prefects": {"type": "string", "default": "", "x-portal": "hidden"},
            },
        },
        "Colour": {"type": "string", "enum": ["röd / red", "blå / blue"]},
    },
}  # fmt: skip
SHAPE = duty_form.shape(UNHEARD)
FIELDS = duty_form.fields(SHAPE, "en")
GOOD = {"colour": ["röd / red"], "shade": ["0,5"]}


def read(**typed: Any) -> tuple[dict[str, Any], dict[str, Wrong]]:
    sent = {**GOOD, **{name: [value] for name, value in typed.items()}}
    return duty_form.from_form(FIELDS, sent)


def test_a_parameter_nobody_has_heard_of_stands_in_the_form_by_itself() -> None:
    kinds = {field.name: field.kind for field in FIELDS}
    assert kinds == {
        "colour": "choice", "shade": "number", "copies": "whole", "story": "long", "month": "text", "day": "day",
        "loud": "tick", "names": "lines", "office": "text",
    }  # fmt: skip


def test_titles_helps_and_choices_are_in_the_readers_language() -> None:
    said = {field.name: field for field in FIELDS}
    assert said["copies"].title == "Number of copies"
    assert said["month"].help == "Year and month."
    assert said["colour"].choices == (("röd / red", "red"), ("blå / blue", "blue"))
    assert {field.name: field.title for field in duty_form.fields(SHAPE, "sv")}["colour"] == "Färg"
    assert said["story"].title == "Story"


def test_what_is_typed_becomes_what_the_flow_takes() -> None:
    typed = {"copies": "3", "story": "en\r\ntvå", "day": "2026-12-01", "loud": "1", "names": "a\nb\n\n", "office": ""}
    values, wrongs = read(**typed)
    assert wrongs == {}
    assert values == {
        "colour": "röd / red", "shade": 0.5, "copies": 3, "story": "en\ntvå", "day": "2026-12-01", "loud": True,
        "names": ["a", "b"], "office": "",
    }  # fmt: skip
    assert SHAPE.wrapped(values, preview=True) == {"params": {**values, "preview": True}}


def test_what_is_left_empty_takes_its_default_and_an_unticked_box_is_no() -> None:
    values, wrongs = read()
    assert wrongs == {}
    assert (values["copies"], values["loud"], values["story"]) == (2, False, "")
    assert "month" not in values


@pytest.mark.parametrize(
    ("name", "typed", "wrong"),
    [
        ("colour", "grön", Wrong("choice")),
        ("colour", "", Wrong("missing")),
        ("shade", "", Wrong("missing")),
        ("shade", "nan", Wrong("number")),
        ("shade", "1", Wrong("below", 1)),
        ("shade", "-0.1", Wrong("low", 0)),
        ("copies", "0", Wrong("low", 1)),
        ("copies", "10", Wrong("high", 9)),
        ("copies", "2.5", Wrong("whole")),
        ("copies", "9" * 400, Wrong("whole")),
        ("story", "x" * 2001, Wrong("long", 2000)),
        ("story", "a\0b", Wrong("text")),
        ("month", "december", Wrong("pattern")),
        ("day", "2026-02-30", Wrong("day")),
        ("day", "20261201", Wrong("day")),
        ("names", "abcdef", Wrong("long", 5)),
    ],
)
def test_what_does_not_fit_is_told_for_its_field_and_not_taken(name: str, typed: str, wrong: Wrong) -> None:
    values, wrongs = read(**{name: typed})
    assert wrongs == {name: wrong}
    assert name not in values


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"copies": True}, "whole"),
        ({"loud": "yes"}, "tick"),
        ({"x": 1}, "unknown"),
        ({"names": "a"}, "lines"),
        ({"story": 5}, "text"),
        ({"prefects": ""}, "unknown"),
        ({"shade": float("inf")}, "number"),
        ({"story": "\ud800"}, "text"),
    ],
)
def test_values_of_another_type_and_names_beyond_the_form_are_refused(given: dict[str, Any], code: str) -> None:
    _, wrongs = duty_form.checked(FIELDS, {"colour": "röd / red", "shade": 0.1, **given})
    assert {name: wrong.code for name, wrong in wrongs.items()} == {next(iter(given)): code}


def test_a_flow_whose_parameters_stand_by_themselves_is_drawn_too() -> None:
    shape = duty_form.shape({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["b"]})
    assert [(field.name, field.required) for field in duty_form.fields(shape, "sv")] == [("a", False), ("b", True)]
    assert shape.wrapped({"b": 1}, preview=False) == {"b": 1}
    assert not shape.previews


def test_what_the_deployment_sets_is_what_stands_there_first() -> None:
    shape = duty_form.shape(UNHEARD, {"params": {"copies": 7}})
    assert {field.name: field.default for field in duty_form.fields(shape, "sv")}["copies"] == 7


def test_a_schema_that_holds_itself_ends() -> None:
    schema = {"definitions": {"A": {"type": "object", "properties": {"a": {"$ref": "#/definitions/A"}}}},
              "properties": {"params": {"$ref": "#/definitions/A"}}}  # fmt: skip
    assert duty_form.fields(duty_form.shape(schema), "sv") == ()


def test_departments_are_offered_their_own_choices_and_nothing_that_is_the_offices() -> None:
    properties = {
        "department": {"type": "string", "enum": ["Alla", "A", "B"], "default": "Alla"},
        "early": {"type": "boolean", "default": False, "x-portal": "central"},
        "edition": {"type": "string", "default": "", "x-portal": "own"},
        "day": {"type": "string", "format": "date", "x-portal": "preview"},
    }
    whole = duty_form.shape({"properties": properties})
    fields = {field.name: field for field in duty_form.fields(duty_form.for_departments(whole, ["A"]), "sv")}
    assert set(fields) == {"department", "edition", "day"}
    assert (fields["department"].default, fields["department"].choices) == ("A", (("A", "A"),))
    assert fields["edition"].required
    several = duty_form.for_departments(whole, ["A", "B"])
    assert {field.name: field.default for field in duty_form.fields(several, "sv")}["department"] is None
    _, wrongs = duty_form.checked(duty_form.fields(several, "sv"), {"department": "Alla", "edition": "x"})
    assert wrongs == {"department": Wrong("choice")}
    assert whole.wrapped({"day": "2026-12-01", "early": True}, preview=False) == {"early": True}
