"""A session of Spark Connect whose work ends in time. Needs the extra `spark`, imported with the first statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final
from uuid import uuid4
from warnings import filterwarnings

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import LocationRefused, PackageMissing, SourceAway, SourceSlow, TessellaError
from tessella.domain.rules.sql import SPARK_SETTINGS
from tessella.warehouse.engines.credentials import Credentials
from tessella.warehouse.engines.driver import ended_after
from tessella.warehouse.engines.spark_problems import failures, meaning_of
from tessella.warehouse.engines.spark_url import check_listens, connect_url

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

#: A path in place of a view is none: the cluster's files are not ours to read.
_NO_FILES: Final = {"spark.sql.runSQLOnFiles": "false"}
#: The client tries again after a fault of the network, and would for ten minutes.
_TRIES: Final = 4
#: How long the server may take to be told that nobody waits any more.
_INTERRUPT_SECONDS: Final = 2.0


class SparkLink:
    """A session that is made with the first work, and again when it was given up.

    A location may name the session, so that others work in it too: what is run here has a tag of its own.
    """

    def __init__(self, source: CustomerSource, credentials: Credentials, seconds: float) -> None:
        self._source = source
        self._credentials = credentials
        self._seconds = seconds
        self._url = connect_url(source, credentials)
        self._tag = f"tessella-{uuid4()}"
        self._session: SparkSession | None = None
        self._lock = Lock()

    @contextmanager
    def at_work(self) -> Iterator[SparkSession]:
        """The session, until the time is up. Raises what a failure in the block means."""
        with ended_after(self._seconds, self.close) as late:
            try:
                session = self._connected()
                session.addTag(self._tag)  # of this thread only, so again with each work
                yield session
            except failures() as error:
                raise self._meaning(error, late) from None

    def close(self) -> None:
        """Give the session up. What runs in it ends with an error, and there too if the server listens."""
        session, self._session = self._session, None
        if session is not None:
            interrupting = Thread(target=interrupt, args=(session, self._tag), daemon=True)
            interrupting.start()
            interrupting.join(_INTERRUPT_SECONDS)
            session.client.close()

    def _meaning(self, error: Exception, late: Event) -> TessellaError:
        """A session that we have given up fails in many ways; one that is lost is made again with the next work."""
        if late.is_set():
            return SourceSlow(self._source.source_id, self._seconds)
        if self._session is None:
            return SourceAway(self._source.source_id, "it was left meanwhile")
        meaning = meaning_of(error, self._source, self._credentials)
        if isinstance(meaning, SourceAway):
            self.close()
        return meaning

    def _connected(self) -> SparkSession:
        with self._lock:
            if self._session is not None:
                return self._session
            self._session = session = self._opened()
            for name, value in {**SPARK_SETTINGS, **_NO_FILES}.items():
                session.conf.set(name, value)
            return session

    def _opened(self) -> SparkSession:
        """A session of which the server knows nothing yet."""
        try:
            from pyspark.sql.connect.client.retries import DefaultPolicy
            from pyspark.sql.connect.session import SparkSession
        except ImportError as error:
            raise PackageMissing(self._source.source_id, str(error), 'pip install "tessella[spark]"') from None
        check_listens(self._url, self._source)
        filterwarnings("ignore", module=r"pyspark\.sql\.connect")  # what is wrong is told by errors; the rest is noise
        try:
            session = SparkSession.builder.remote(self._url).create()
        except failures():  # the client's own words may hold a part of the URL that is a secret
            raise LocationRefused("it is no URL of Spark Connect") from None
        session.client.set_retry_policies([DefaultPolicy(max_retries=_TRIES)])
        return session


def interrupt(session: SparkSession, tag: str) -> None:
    """Have the server end what the session runs with the tag. A server that is away has ended it."""
    with suppress(*failures()):
        session.interruptTag(tag)
