"""The API's document as the holder of a key reads it: with an address of its own for each duty the key may start, and
in it what the duty's flow takes. A parameter that a flow gets stands here by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from outreach import departments
from outreach.duty_form import DEPARTMENT, Shape
from outreach.web.starting import Offer

ANY_DUTY = "/duties/{duty}/runs"
Schema = Mapping[str, Any]


def parameters(shape: Shape) -> dict[str, Any]:
    """What a duty takes, as JSON Schema. A department may be named by its code too."""
    properties = {name: _with_codes(one) if name == DEPARTMENT else dict(one) for name, one in shape.properties.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(name for name in shape.required if properties[name].get("default") is None),
        "additionalProperties": False,
    }


def with_duties(told: Schema, offered: Sequence[Offer]) -> dict[str, Any]:
    """The document `told` with the duties `offered`."""
    general = told["paths"][ANY_DUTY]["post"]
    paths = {ANY_DUTY.format(duty=one.name): {"post": _start(general, one)} for one in offered}
    schemas = {_name(one): parameters(one.shape) for one in offered}
    components = {**told["components"], "schemas": {**told["components"]["schemas"], **schemas}}
    return {**told, "paths": {**told["paths"], **paths}, "components": components}


def _start(general: Schema, one: Offer) -> dict[str, Any]:
    """Starting this duty: the general call with the duty's own parameters."""
    asked = {"$ref": f"#/components/schemas/{_name(one)}"}
    preview = {"type": "boolean", "default": False} if one.shape.previews else {"const": False, "default": False}
    body = {
        "type": "object",
        "properties": {"parameters": asked, "preview": preview},
        "required": ["parameters"] if one.shape.required else [],
        "additionalProperties": False,
    }
    return {
        **general,
        "operationId": f"start_{one.name.replace('-', '_')}",
        "summary": f"Start {one.name}, or a preview" if one.shape.previews else f"Start {one.name}",
        "parameters": [each for each in general["parameters"] if each["in"] != "path"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }


def _name(one: Offer) -> str:
    """GraduationInvitationParameters."""
    return "".join(word.capitalize() for word in one.name.split("-")) + "Parameters"


def _with_codes(schema: Schema) -> dict[str, Any]:
    names = {row.name_sv: row.code for row in departments.departments().values()}
    choices = list(schema.get("enum", ()))
    return {**schema, "enum": [*choices, *(names[one] for one in choices if one in names)]}
