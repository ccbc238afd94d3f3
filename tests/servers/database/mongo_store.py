"""Collections on the disk: what was acknowledged is in a log that was synced first."""

import os
import threading
import time

import bson
from bson import Binary

from mongo_documents import MongoError, key_of, matches, paths


class Document:
    """Bytes as they came, taken apart only when somebody looks."""

    __slots__ = ("raw", "_value")

    def __init__(self, raw, value=None):
        self.raw = bytes(raw)
        self._value = value

    @property
    def value(self):
        if self._value is None:
            self._value = bson.decode(self.raw)
        return self._value

    @staticmethod
    def of(value):
        return Document(bson.encode(value), value)


def id_of(raw):
    """The id of a document, without taking the whole apart when it comes first, as it does from every driver."""
    if raw[5:9] == b"_id\0":
        kind = raw[4]
        if kind == 7:
            end = 9 + 12
        elif kind == 2:
            end = 9 + 4 + int.from_bytes(raw[9:13], "little")
        elif kind == 16:
            end = 9 + 4
        else:
            end = 0
        if end:
            alone = (end + 1).to_bytes(4, "little") + raw[4:end] + b"\0"
            return bson.decode(alone)["_id"]
    return bson.decode(raw).get("_id")


class Collection:
    def __init__(self, options=None):
        self.options = options or {}
        self.documents = {}
        self.indexes = {"_id_": {"key": {"_id": 1}, "name": "_id_", "v": 2}}
        self.versions = {}
        self.locks = {}

    def unique_key(self, index, document):
        return tuple(key_of((paths(document.value, name) or [None])[0]) for name in index["key"])

    def check(self, key, document, overlay):
        validator = self.options.get("validator")
        if validator and not matches(document.value, validator):
            raise MongoError(121, "Document failed validation", extra={"errInfo": {"failingDocumentId": 0}})
        for index in self.indexes.values():
            if not index.get("unique"):
                continue
            if index.get("sparse") and not any(paths(document.value, name) for name in index["key"]):
                continue
            wanted = self.unique_key(index, document)
            for other, existing in {**self.documents, **overlay}.items():
                if other != key and existing is not None and self.unique_key(index, existing) == wanted:
                    raise MongoError(11000, "E11000 duplicate key error index: %s dup key: %r" % (index["name"], wanted))


class Transaction:
    def __init__(self, number, version):
        self.number = number
        self.version = version
        self.overlays = {}
        self.changes = []


class Store:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.gate = threading.Condition(threading.RLock())
        self.databases = {}
        self.version = 0
        self.path = os.path.join(folder, "log")
        self.replay()
        self.log = open(self.path, "ab")

    def replay(self):
        if not os.path.exists(self.path):
            return
        data = open(self.path, "rb").read()
        at = 0
        while at + 4 <= len(data):
            size = int.from_bytes(data[at : at + 4], "little")
            if size < 5 or at + size > len(data):
                break
            for change in bson.decode(data[at : at + size])["changes"]:
                self.apply(change)
            at += size
        with open(self.path, "r+b") as log:
            log.truncate(at)

    def collection(self, database, name):
        return self.databases.get(database, {}).get(name)

    def commit(self, changes):
        """Syncs the changes to the disk, then makes them seen."""
        if changes:
            self.log.write(bson.encode({"changes": changes}))
            self.log.flush()
            os.fsync(self.log.fileno())
            for change in changes:
                self.apply(change)

    def apply(self, change):
        self.version += 1
        collections = self.databases.setdefault(change["db"], {})
        name = change["c"]
        if change["o"] == "drop":
            collections.pop(name, None)
            return
        collection = collections.setdefault(name, Collection())
        if change["o"] == "create":
            collection.options = change["options"]
        elif change["o"] == "index":
            collection.indexes[change["index"]["name"]] = change["index"]
        elif change["o"] == "dropIndex":
            collection.indexes.pop(change["name"], None)
        else:
            raw = bytes(change["r"])
            if change["o"] == "put":
                key = key_of(id_of(raw))
                collection.documents[key] = Document(raw)
            else:
                key = key_of(bson.decode(raw)[""])
                collection.documents.pop(key, None)
            collection.versions[key] = self.version

    def view(self, database, name, transaction):
        """The documents as this reader sees them."""
        collection = self.collection(database, name)
        documents = dict(collection.documents) if collection else {}
        if transaction:
            for key, document in transaction.overlays.get((database, name), {}).items():
                if document is None:
                    documents.pop(key, None)
                else:
                    documents[key] = document
        return documents

    def put(self, database, name, key, document, transaction, until=None, changes=None):
        """Stores a document, or removes it when it is None, now or with the transaction."""
        collection = self.collection(database, name) or Collection()
        overlay = transaction.overlays.setdefault((database, name), {}) if transaction else {}
        self.claim(collection, key, transaction, until)
        if document is not None:
            collection.check(key, document, overlay)
            change = {"o": "put", "db": database, "c": name, "r": Binary(document.raw)}
        else:
            old = overlay.get(key) or collection.documents[key]
            change = {"o": "del", "db": database, "c": name, "r": Binary(bson.encode({"": id_of(old.raw)}))}
        if transaction:
            overlay[key] = document
            transaction.changes.append(change)
            collection.locks[key] = transaction
        elif changes is not None:
            changes.append(change)
        else:
            self.commit([change])

    def claim(self, collection, key, transaction, until):
        if transaction:
            holder = collection.locks.get(key)
            if (holder and holder is not transaction) or collection.versions.get(key, 0) > transaction.version:
                raise MongoError(112, "WriteConflict error", labels=["TransientTransactionError"])
            return
        while key in collection.locks:
            if until and time.monotonic() > until:
                raise MongoError(50, "operation exceeded time limit")
            self.gate.wait(0.02)

    def end(self, transaction, is_committed):
        if is_committed:
            self.commit(transaction.changes)
        for collections in self.databases.values():
            for collection in collections.values():
                for key in [k for k, holder in collection.locks.items() if holder is transaction]:
                    del collection.locks[key]
        self.gate.notify_all()
