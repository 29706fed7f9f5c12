"""Holds result files against docs/result.schema.json.

Usage: check_schema.py SCHEMA RESULT...
Exit status: 0 valid, 1 not, 77 without the validator (python3-jsonschema).
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: not checked")
    sys.exit(77)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    wrong = 0
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8", errors="strict") as f:
            result = json.load(f)
        for error in validator.iter_errors(result):
            path = "/".join(str(p) for p in error.absolute_path)
            print(f"{name}: {path}: {error.message[:200]}")
            wrong = 1
    return wrong


sys.exit(main())
