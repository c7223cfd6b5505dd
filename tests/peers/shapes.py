"""Holds answers to AWS's own model of them; botocore, which reads them, lets most things pass."""

import json
import re

from dateutil import parser as dates

#: What the front end of every service answers, whatever the operation.
OF_EVERY_OPERATION = {
    "AccessDeniedException": 403,
    "InvalidSignatureException": 403,
    "UnrecognizedClientException": 403,
    "SerializationException": 400,
}

#: What AWS's own answers do not keep of its model: names of its profiles have dots and those of models more than twenty
#: letters, a global profile names a model of no region, a profile may reach more than five regions, and models that are
#: called by profiles alone say `INFERENCE_PROFILE`.
LOOSE = {"BrandedName", "FoundationModelArn", "InferenceProfileModels", "InferenceProfileName", "InferenceType"}


def judged(client):
    """The client, every answer of which is held to the service's model; what is wrong is an `AssertionError` of the call."""
    client.meta.events.register(f"before-parse.{client.meta.service_model.service_id.hyphenize()}", judge)
    return client


def judge(operation_model, response_dict, **_):
    """Raises what is wrong with an answer."""
    status, body = response_dict["status_code"], response_dict["body"]
    if status >= 300:
        complaints = list(of_refusal(operation_model, status, response_dict["headers"], body))
    else:
        complaints = list(of_answer(operation_model, status, body))
    if complaints:
        raise AssertionError(f"{operation_model.name} {status} {body!r}: {'; '.join(complaints)}")


def of_answer(operation, status, body):
    """What the model of an operation has against an answer."""
    if status != operation.http["responseCode"]:
        yield f"the status should be {operation.http['responseCode']}"
    shape = operation.output_shape
    if shape is None or "payload" in shape.serialization:
        return
    members = {name for name, member in shape.members.items() if "location" not in member.serialization}
    yield from of_value(shape, json.loads(body), "$", members)


def of_refusal(operation, status, headers, body):
    """What it has against a refusal."""
    code = headers.get("x-amzn-errortype", "").partition(":")[0]
    known = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in operation.error_shapes}
    expected = (known | OF_EVERY_OPERATION).get(code)
    if expected != status:
        yield f"{code} is none of its errors" if expected is None else f"the status of {code} is {expected}"
    document = json.loads(body)
    if not (document.get("message") or document.get("Message")):
        yield "it does not say why"


def of_value(shape, value, path, members=None):
    """What a shape has against a value."""
    yield from KINDS[shape.type_name](shape, value, path) if members is None else of_structure(shape, value, path, members)
    bounds = {} if shape.name in LOOSE else shape.metadata
    if shape.type_name != "blob" and isinstance(value, (str, list)):
        if not bounds.get("min", 0) <= len(value) <= bounds.get("max", len(value)):
            yield f"{path} has length {len(value)}, not {bounds.get('min', 0)} to {bounds.get('max', 'any')}"
        if "pattern" in bounds and not re.fullmatch(bounds["pattern"], value):
            yield f"{path} {value!r} is not {bounds['pattern']}"


def of_structure(shape, value, path, members=None):
    """Every required member is there, and no other than those of the model."""
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    known = {shape.members[name].serialization.get("name", name): name for name in members or shape.members}
    yield from (f"{path}.{name} is missing" for name in shape.required_members if name in known and name not in value)
    for name, part in value.items():
        if name not in known:
            yield f"{path}.{name} is not known"
        elif part is None:
            yield f"{path}.{name} is null"
        else:
            yield from of_value(shape.members[known[name]], part, f"{path}.{name}")


def of_list(shape, value, path):
    """Every element."""
    if not isinstance(value, list):
        yield f"{path} is no list"
        return
    for index, part in enumerate(value):
        yield from of_value(shape.member, part, f"{path}[{index}]")


def of_map(shape, value, path):
    """Every value."""
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    for name, part in value.items():
        yield from of_value(shape.value, part, f"{path}.{name}")


def of_string(shape, value, path):
    """One of the values, where they are listed."""
    if not isinstance(value, str):
        yield f"{path} is no string"
    elif shape.enum and value not in shape.enum and shape.name not in LOOSE:
        yield f"{path} {value!r} is none of {shape.enum}"


def of_timestamp(shape, value, path):
    """AWS's JSON writes them as text with a zone."""
    try:
        if dates.isoparse(value).tzinfo is None:
            yield f"{path} {value!r} has no zone"
    except (TypeError, ValueError) as error:
        yield f"{path} {value!r} is no time: {error}"


def of_kind(*kinds):
    """The value is one of Python's."""

    def judge_kind(shape, value, path):
        if type(value) not in kinds:
            yield f"{path} {value!r} is no {shape.type_name}"

    return judge_kind


KINDS = {
    "structure": of_structure,
    "list": of_list,
    "map": of_map,
    "string": of_string,
    "timestamp": of_timestamp,
    "boolean": of_kind(bool),
    "integer": of_kind(int),
    "long": of_kind(int),
    "float": of_kind(int, float),
    "double": of_kind(int, float),
    "blob": of_kind(str),
}
