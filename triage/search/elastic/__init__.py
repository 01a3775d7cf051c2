"""The search index on an Elasticsearch cluster: the same protocol, the same terms and the same answers as the embedded one.

In go ``IndexDocument`` objects and ``SearchRequest`` objects under an ``Access``; out come report numbers. No text and
no source is kept there, every term is a keyed hash, and only calls of the engine's core are used.
"""

from triage.search.elastic.connection import Address, Cluster, address_of
from triage.search.elastic.index import ElasticIndex

__all__ = ["Address", "Cluster", "ElasticIndex", "address_of"]
