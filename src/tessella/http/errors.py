"""What is wrong with a request before its meaning is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors import Denied, NotFound, Stale, TessellaError, TooLarge, Unauthenticated


@dataclass(eq=False)
class MalformedJson(TessellaError):
    """The body is not JSON: {problem}."""

    problem: str
    advice: str = ""

    def hint(self) -> str:
        """What to send."""
        return self.advice


@dataclass(eq=False)
class BodyTooLarge(TooLarge):
    """The body is larger than {limit} bytes, the most that is taken here."""

    limit: int

    def hint(self) -> str:
        """How to go on."""
        return "Send less at a time."


@dataclass(eq=False)
class HeadTooLarge(TessellaError):
    """The request line and the headers are larger than {limit} bytes, the most that is taken."""

    limit: int


@dataclass(eq=False)
class RequestStalled(TessellaError):
    """The rest of the request did not come within {seconds} seconds."""

    seconds: int


class BodyCutShort(TessellaError):
    """The connection ended before the body did."""


@dataclass(eq=False)
class TooManyObjects(TooLarge):
    """The body holds more than {limit} objects and lists, the most that are taken."""

    limit: int

    def hint(self) -> str:
        """How to go on."""
        return "Send less at a time."


@dataclass(eq=False)
class PackedTooMuch(TooLarge):
    """The body is more than {ratio} times as large as it was sent, which no JSON is that somebody means."""

    ratio: int

    def hint(self) -> str:
        """How to go on."""
        return "Send it without Content-Encoding."


@dataclass(eq=False)
class EncodingUnknown(TessellaError):
    """A body that is packed as "{encoding}" is not taken."""

    encoding: str

    def hint(self) -> str:
        """What is taken."""
        return "Send it as it is, or packed once, with Content-Encoding: gzip."


@dataclass(eq=False)
class PackingBroken(TessellaError):
    """The body is not the gzip that its Content-Encoding says: {problem}."""

    problem: str


@dataclass(eq=False)
class TooManyRequests(TessellaError):
    """Too many requests came from this caller."""

    #: From when on the next one is answered.
    seconds: int

    def hint(self) -> str:
        """When to go on."""
        return f"Send the next one in {self.seconds} s. The headers RateLimit and RateLimit-Policy tell what is left."


@dataclass(eq=False)
class NoSuchPath(NotFound):
    """There is nothing at {path}."""

    path: str

    def hint(self) -> str:
        """Where to look."""
        return "The paths are listed at /docs."


@dataclass(eq=False)
class MethodNotAllowed(TessellaError):
    """{path} does not take {method}."""

    path: str
    method: str
    #: The methods that it takes, as the header `Allow` lists them.
    allow: str

    def hint(self) -> str:
        """The methods that it takes."""
        return f"It takes {self.allow}."


@dataclass(eq=False)
class NoCredential(Unauthenticated):
    """Neither an API key nor a token was sent."""

    def hint(self) -> str:
        """How to send one."""
        return "Send the header: Authorization: Bearer tess_..."


@dataclass(eq=False)
class RoleDenied(Denied):
    """A key with the role {role} may not do this ({operation})."""

    role: str
    operation: str
    #: The roles that may.
    allowed: str

    def hint(self) -> str:
        """Whose key to use."""
        return f"Use a key with one of these roles: {self.allowed}."


@dataclass(eq=False)
class UnknownTag(Stale):
    """If-Match names {tag}, which is no ETag of this object."""

    tag: str

    def hint(self) -> str:
        """How to go on."""
        return "Read the object and send the ETag of that answer."
