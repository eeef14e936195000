"""The form of a duty, drawn from its flow's own parameter schema: a new parameter stands in it by itself.

A flow may say of a parameter, with `json_schema_extra={"x-portal": ...}`, who is shown it: `central` (the central
office alone), `own` (a department must fill it in), `preview` (for previews only), `hidden` (in Prefect's form alone).
Nothing here knows a duty, a database or a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from outreach.duties import Language
from outreach.duty_values import Kind, Wrong, read_text, wrong_with

CENTRAL, OWN, PREVIEW, HIDDEN = "central", "own", "preview", "hidden"
SHOWN = "x-portal"
DEPARTMENT = "department"
PREVIEW_ONLY = "preview"  # the tick that turns a run into a preview: the page's own buttons decide it
LONG = 500  # characters from which on a text is several lines
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One thing to fill in, in the reader's language. `choices`: (value, what is shown). `least`, `most`: a number's.

    `default` is what stands there first: a value of the kind, None for nothing.
    """

    name: str
    kind: Kind
    title: str
    help: str
    default: Any
    required: bool
    schema: Schema
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def preview_only(self) -> bool:
        return bool(self.schema.get(SHOWN) == PREVIEW)

    def bound(self, name: Literal["minimum", "maximum", "maxLength"]) -> Any:
        """What the schema bounds it by; None for nothing."""
        return self.schema.get(name)


@dataclass(frozen=True)
class Shape:
    """What a duty takes. `within`: the parameter that holds all the others, None where they stand by themselves.
    `properties` have no references any more; `previews` tells whether a run can be a preview."""

    within: str | None
    properties: Mapping[str, Schema]
    required: frozenset[str]
    previews: bool

    def wrapped(self, values: Mapping[str, Any], *, preview: bool) -> dict[str, Any]:
        """The parameters as the flow takes them. What is for previews only is left out of a real run."""
        told = dict(values)
        if not preview:
            told = {name: value for name, value in told.items() if self.properties.get(name, {}).get(SHOWN) != PREVIEW}
        if self.previews:
            told[PREVIEW_ONLY] = preview
        return {self.within: told} if self.within else told

    @property
    def has_department(self) -> bool:
        return DEPARTMENT in self.properties


def shape(schema: Schema, defaults: Mapping[str, Any] | None = None) -> Shape:
    """What the flow of a deployment takes, from the schema of its parameters as Prefect has it. `defaults`: what the
    deployment itself sets."""
    root, defaults = resolved(schema, schema), defaults or {}
    properties, within = root.get("properties", {}), None
    if len(properties) == 1:
        name, only = next(iter(properties.items()))
        if only.get("properties"):
            root, within, defaults = only, name, defaults.get(name) or {}
    told = {name: {**one, "default": defaults[name]} if name in defaults else one
            for name, one in root.get("properties", {}).items()}  # fmt: skip
    previews = told.pop(PREVIEW_ONLY, None) is not None
    shown = {name: one for name, one in told.items() if one.get(SHOWN) != HIDDEN}
    return Shape(within, shown, frozenset(root.get("required", ())) & frozenset(shown), previews)


def for_departments(whole: Shape, choices: Sequence[str]) -> Shape:
    """What departments are offered of it: nothing that is the central office's, and no department but `choices`."""
    told = {name: dict(one) for name, one in whole.properties.items() if one.get(SHOWN) != CENTRAL}
    told[DEPARTMENT] = {**told[DEPARTMENT], "enum": list(choices)}
    told[DEPARTMENT].pop("default", None)
    if len(choices) == 1:
        told[DEPARTMENT]["default"] = choices[0]
    own = {name for name, one in told.items() if one.get(SHOWN) == OWN}
    return Shape(whole.within, told, (whole.required & frozenset(told)) | own | {DEPARTMENT}, whole.previews)


def resolved(schema: Schema, root: Schema) -> dict[str, Any]:
    """The schema without references: what `$ref` and `allOf` point to is written out, and of "this or null" this.

    A schema that holds itself ends at the second time.
    """
    return _resolved(schema, root, ())


def _resolved(schema: Schema, root: Schema, inside: tuple[str, ...]) -> dict[str, Any]:
    told = dict(schema)
    if reference := told.pop("$ref", None):
        found = {} if reference in inside else _resolved(_at(root, reference), root, (*inside, reference))
        told = {**found, **told}
    for part in told.pop("allOf", ()):
        told = {**_resolved(part, root, inside), **told}
    for either in ("anyOf", "oneOf"):
        parts = [part for part in told.get(either, ()) if part.get("type") != "null"]
        if len(parts) == 1:
            del told[either]
            told = {**_resolved(parts[0], root, inside), **told}
    if "properties" in told:
        told["properties"] = {name: _resolved(one, root, inside) for name, one in told["properties"].items()}
    if isinstance(told.get("items"), Mapping):
        told["items"] = _resolved(told["items"], root, inside)
    return told


def _at(root: Schema, reference: str) -> Schema:
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def fields(whole: Shape, language: Language, labels: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """What is to be filled in, in the schema's order. `labels`: what a choice is called in the reader's language, where
    it does not say so itself. What no form can ask for and has a default is left out."""
    placed = sorted(whole.properties.items(), key=lambda pair: pair[1].get("position", 0))
    found = [_field(name, one, name in whole.required, language, labels or {}) for name, one in placed]
    return tuple(field for field in found if field.kind != "other" or field.required)


def _field(name: str, schema: Schema, required: bool, language: Language, labels: Mapping[str, str]) -> Field:
    title = in_language(str(schema.get("title") or name.replace("_", " ")), language)
    choices = [str(one) for one in schema.get("enum", schema.get("items", {}).get("enum", ()))]
    return Field(
        name=name,
        kind=kind_of(schema),
        title=title[:1].upper() + title[1:],
        help=in_language(str(schema.get("description") or ""), language),
        default=schema.get("default"),
        required=required,
        schema=schema,
        choices=tuple((one, labels.get(one) or in_language(one, language)) for one in choices),
    )


def kind_of(schema: Schema) -> Kind:
    """How a value is asked for. `other`: by no form."""
    of = schema.get("type")
    if "enum" in schema:
        return "choice"
    if of == "string":
        if schema.get("format") == "date":
            return "day"
        return "long" if schema.get("maxLength", 0) > LONG else "text"
    if of == "array":
        return "lines" if schema.get("items", {}).get("type") == "string" else "other"
    kinds: dict[Any, Kind] = {"boolean": "tick", "integer": "whole", "number": "number"}
    return kinds.get(of, "other")


def in_language(said: str, language: Language) -> str:
    """The reader's part of a text in both languages, `Svenska / English`; all of one that is in one."""
    swedish, bar, english = said.partition(" / ")
    return said if not bar else (swedish if language == "sv" else english).strip()


def from_form(asked: Sequence[Field], form: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], dict[str, Wrong]]:
    """From what was typed (name -> every value sent under it) to parameters: (values, what is wrong, by field).

    What was left empty takes its default; a field that is not asked for is not taken.
    """
    given: dict[str, Any] = {}
    wrongs: dict[str, Wrong] = {}
    for field in asked:
        typed = [one for one in form.get(field.name, ()) if one.strip()]
        if not typed and field.kind != "tick":
            if field.kind in ("text", "long") and isinstance(field.default, str) and not field.required:
                given[field.name] = ""
            continue
        try:
            given[field.name] = read_text(field.kind, typed)
        except ValueError as error:
            wrongs[field.name] = Wrong(str(error))
    values, others = checked(asked, given)
    return {name: value for name, value in values.items() if name not in wrongs}, {**others, **wrongs}


def checked(asked: Sequence[Field], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Wrong]]:
    """Parameters held to the schema: (values with every default, what is wrong, by name).

    A name beyond the fields' is wrong."""
    values: dict[str, Any] = {}
    wrongs = {name: Wrong("unknown") for name in given if name not in {field.name for field in asked}}
    for field in asked:
        value = given.get(field.name, field.default)
        if value is None or (value == "" and field.required):
            if field.required:
                wrongs[field.name] = Wrong("missing")
        elif found := wrong_with(field.kind, field.schema, value):
            wrongs[field.name] = found
        else:
            values[field.name] = value
    return values, wrongs
