"""Validates OpenAPI documents: `validate.py YAML JSON [YAML JSON]...` prints one finding per line, as JSON.

openapi-spec-validator applies the JSON Schema of OpenAPI and more. yaml-1.1 compares what PyYAML, a parser of YAML 1.1,
reads in the document with the JSON that was made of it by YAML 1.2: an unquoted ON is true to one and text to the other.
"""

import json
import sys

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator
from referencing.exceptions import PointerToNowhere


def differences(one, other, path):
    """Where PyYAML's value differs from the JSON's, as (path, message)."""
    if type(one) is not type(other):
        yield path, f"YAML 1.1 reads {one!r}, YAML 1.2 {other!r}; write it in quotes"
    elif isinstance(one, dict):
        for key in one.keys() - other.keys():
            yield [*path, key], f"YAML 1.1 reads the key {key!r}, YAML 1.2 another one; write it in quotes"
        for key in one.keys() & other.keys():
            yield from differences(one[key], other[key], [*path, key])
    elif isinstance(one, list):
        if len(one) != len(other):
            yield path, f"YAML 1.1 reads {len(one)} items, YAML 1.2 {len(other)}"
        for index, pair in enumerate(zip(one, other)):
            yield from differences(*pair, [*path, index])
    elif one != other:
        yield path, f"YAML 1.1 reads {one!r}, YAML 1.2 {other!r}; write it in quotes"


def main(arguments):
    for file, converted in zip(arguments[::2], arguments[1::2], strict=True):
        def report(linter, rule, path, message):
            path = [part if isinstance(part, int) and not isinstance(part, bool) else str(part) for part in path]
            print(json.dumps({"linter": linter, "rule": rule, "file": file, "path": path, "message": message}))

        with open(file, encoding="utf-8") as text:
            read_as_1_1 = yaml.safe_load(text)
        with open(converted, encoding="utf-8") as text:
            document = json.load(text)
        for path, message in differences(read_as_1_1, document, []):
            report("yaml-1.1", "read-alike", path, message)
        try:
            for error in OpenAPIV30SpecValidator(document).iter_errors():
                report("openapi-spec-validator", type(error).__name__, error.absolute_path, error.message)
        except PointerToNowhere as error:
            # A reference to nothing ends the validation. Its message has the whole document.
            report("openapi-spec-validator", type(error).__name__, [], f"{error.ref} is not there")
        print(json.dumps({"checked": file}))


main(sys.argv[1:])
