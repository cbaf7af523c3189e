"""Ids of subjects in paths: any text, also one of several lines."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class _Whole(Convertor[str]):
    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("subject", _Whole())

#: What stands for a subject in the path of a route.
SUBJECT_PATH = "{subject_id:subject}"
