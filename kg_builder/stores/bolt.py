"""A graph in a server that speaks Bolt: Neo4j, or the embedded one. The only file that imports the driver."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import neo4j
from neo4j.exceptions import AuthError, ClientError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from kg_builder.edge import Edge
from kg_builder.node import Node
from kg_builder.schema import Label, Relation
from kg_builder.stores import cypher
from kg_builder.stores.store_order import edge_key, node_key
from ontologies.errors import GraphDamagedError, GraphMissingError, InputError, ServiceError
from ontologies.term_id import TermId

__all__ = ["BoltStore"]

# The driver logs each notification of the server, and an unconfigured logger prints it: a label or a property that is
# not there yet is an ordinary answer here. Asking the server for silence fails on servers of an older protocol.
logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)

_CONNECT_SECONDS = 5.0
_RETRY_SECONDS = 5.0
_SCHEMES = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")
_NO_ADDRESS = "not the address of a database"
_ADDRESS_REMEDY = "Write an address such as bolt://localhost:7687"
_NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"


class BoltStore:
    """A `GraphStore` over one database; a context manager that closes the connection."""

    def __init__(self, driver: neo4j.Driver, uri: str, database: str | None) -> None:
        self._driver = driver
        self._database = database
        self._build_id: str | None = None
        self.uri = uri

    @classmethod
    def connect(
        cls, uri: str, *, user: str | None = None, password: str | None = None, database: str | None = None
    ) -> BoltStore:
        """Connect to a server, loaded or empty.

        Args:
            uri: such as bolt://localhost:7687 or neo4j+s://host.
            user: None where the server asks for no password; with a password alone, neo4j.
            password: as the server asks for it.
            database: None for the server's default.

        Raises:
            InputError: the address is no Bolt address, the password is wrong, there is no such database.
            ServiceError: nobody listens there.
        """
        if not uri.startswith(_SCHEMES):
            raise InputError(_NO_ADDRESS, value=uri, remedy=_ADDRESS_REMEDY)
        auth = None if user is None and password is None else (user or "neo4j", password or "")
        with _translated(uri):
            driver = neo4j.GraphDatabase.driver(
                uri,
                auth=auth,
                connection_timeout=_CONNECT_SECONDS,
                connection_acquisition_timeout=2 * _CONNECT_SECONDS,
                max_transaction_retry_time=_RETRY_SECONDS,
                # What is not there yet (a label, a relation) is an ordinary answer here.
                warn_notification_severity=neo4j.NotificationMinimumSeverity.OFF,
            )
        store = cls(driver, uri, database)
        try:
            with _translated(uri):
                driver.verify_connectivity()
                store.read("RETURN 1 AS one")
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()

    def __enter__(self) -> BoltStore:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    # What the loader and the verifier need

    def read(self, text: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a query that only reads."""
        with _translated(self.uri), self._driver.session(database=self._database) as session:
            return session.execute_read(lambda tx: tx.run(text, parameters).data())

    def write(self, texts: Sequence[str], **parameters: Any) -> list[dict[str, Any]]:
        """Run statements in one transaction; rows of the last one."""

        def work(tx: neo4j.ManagedTransaction) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = []
            for text in texts:
                rows = tx.run(text, parameters).data()
            return rows

        with _translated(self.uri), self._driver.session(database=self._database) as session:
            return session.execute_write(work)

    def forget_build(self) -> None:
        """Ask the database for its build again: it was loaded anew."""
        self._build_id = None

    # GraphStore

    @property
    def build_id(self) -> str:
        """The build id of the graph that the database holds.

        Raises:
            GraphMissingError: no graph, or only a part of one, was loaded.
            GraphDamagedError: the database says that it holds several builds.
        """
        if self._build_id is None:
            ids = [row["id"] for row in self.read(cypher.BUILD)]
            if not ids:
                remedy = "Run `aitia load --bolt URI`; an interrupted load goes on where it stopped"
                raise GraphMissingError("the database is not loaded", value=self.uri, remedy=remedy)
            if len(ids) > 1:
                remedy = "Run `aitia load --replace`"
                raise GraphDamagedError("the database names several builds", value=ids, remedy=remedy)
            self._build_id = str(ids[0])
        return self._build_id

    def node(self, term_id: TermId) -> Node | None:
        """The node with that id, or with that id among its xrefs."""
        for text in (cypher.node_by_id(), cypher.node_by_xref()):
            nodes = self._nodes(text, id=str(term_id))
            if nodes:
                return nodes[0]
        return None

    def nodes_named(self, name: str, *, label: Label | None = None) -> list[Node]:
        """Nodes whose English or Chinese name or synonym is the given one, whatever the case."""
        return self._nodes(cypher.nodes_named(label), name=name.casefold())

    def edges_from(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that start at the node; all relations where none is named."""
        return self._edges_at(term_id, cypher.edges_at(relations, outgoing=True))

    def edges_to(self, term_id: TermId, *, relations: Collection[Relation] = ()) -> list[Edge]:
        """Edges that end at the node; all relations where none is named."""
        return self._edges_at(term_id, cypher.edges_at(relations, outgoing=False))

    def edge(self, edge_id: str) -> Edge | None:
        """The edge with that id."""
        edges = self._edges(cypher.edge_by_id(), id=edge_id)
        return edges[0] if edges else None

    def node_counts(self) -> Mapping[Label, int]:
        """How many nodes each label has."""
        rows = sorted((row["kind"], row["n"]) for row in self.read(cypher.count_nodes()))
        return {Label(kind): count for kind, count in rows if count}

    def edge_counts(self) -> Mapping[Relation, int]:
        """How many edges each relation has."""
        rows = sorted((row["kind"], row["n"]) for row in self.read(cypher.count_edges()))
        return {Relation(kind): count for kind, count in rows if count}

    def _edges_at(self, term_id: TermId, text: str) -> list[Edge]:
        edges = self._edges(text, id=str(term_id))
        if not edges:
            node = self.node(term_id)
            if node is not None and node.id != term_id:
                edges = self._edges(text, id=str(node.id))
        return edges

    def _loaded(self, text: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        if self.build_id:
            for row in self.read(text, **parameters):
                yield row["record"]

    def _nodes(self, text: str, **parameters: Any) -> list[Node]:
        records = list(self._loaded(text, **parameters))
        for record in records:
            record.pop(cypher.FOLDED_NAMES, None)
        return sorted((Node.from_record(record) for record in records), key=node_key)

    def _edges(self, text: str, **parameters: Any) -> list[Edge]:
        return sorted((Edge.from_record(record) for record in self._loaded(text, **parameters)), key=edge_key)


@contextmanager
def _translated(uri: str) -> Iterator[None]:
    """Errors of the driver as ours, each with its remedy."""
    try:
        yield
    except AuthError as error:
        remedy = "Give the right --user and --password"
        raise InputError("the database refuses this user or password", value=uri, remedy=remedy) from error
    except (ConfigurationError, ValueError) as error:
        raise InputError(_NO_ADDRESS, value=uri, remedy=_ADDRESS_REMEDY) from error
    except ServiceUnavailable as error:
        remedy = "Start the database there, or run `aitia serve`; an interrupted load goes on where it stopped"
        raise ServiceError("no database answers", value=uri, remedy=remedy) from error
    except ClientError as error:
        if error.code == _NO_DATABASE:
            remedy = "Create it there, or name another --database"
            raise InputError("the server has no such database", value=error.message, remedy=remedy) from error
        raise ServiceError("the database refuses a query", value=error.message, remedy=f"It runs at {uri}") from error
    except (Neo4jError, DriverError, OSError) as error:
        remedy = f"See the log of the database at {uri}, then run the command again"
        raise ServiceError("the database failed", value=error, remedy=remedy) from error
