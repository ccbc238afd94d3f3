#!/usr/bin/python3
"""A MongoDB-like server for tests: the wire protocol with SCRAM-SHA-256 and TLS, and a small part of the commands.

It is no MongoDB. What it accepts is checked with the official drivers of two other languages before it judges ours.
Two things are there for tests only: a command whose comment is "sleep 1500" works that many milliseconds first, and dbStats
tells how many cursors are open and how many commands are working.
"""

import argparse
import base64
import hashlib
import hmac
import itertools
import os
import select
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time

import bson
from bson import Int64, ObjectId
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.saslprep import saslprep

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mongo_documents import MongoError, changed, compute, group, key_of, matches, paths, project, sort  # noqa: E402
from mongo_store import Document, Store, Transaction, id_of  # noqa: E402

RAW = CodecOptions(document_class=RawBSONDocument)
ITERATIONS = 15000
OPEN_TO_STRANGERS = {"hello", "ismaster", "saslstart", "saslcontinue", "ping", "buildinfo", "endsessions", "logout"}
LARGEST_BATCH = 16 * 1024 * 1024


def plain(value):
    if isinstance(value, RawBSONDocument):
        return bson.decode(value.raw)
    return [plain(item) for item in value] if isinstance(value, list) else value


class Gone(Exception):
    """The client hung up."""


class Cursor:
    ids = itertools.count(int.from_bytes(os.urandom(5), "big") + 1)

    def __init__(self, namespace, documents):
        self.id = next(Cursor.ids)
        self.namespace = namespace
        self.documents = documents
        self.held = None

    def take(self, size):
        """Up to so many documents; then whether there may be more."""
        batch, room = [], LARGEST_BATCH
        while size is None or len(batch) < size:
            document = self.held or next(self.documents, None)
            self.held = None
            if document is None:
                return batch, False
            raw = document if isinstance(document, bytes) else bson.encode(document)
            if batch and len(raw) > room:
                self.held = raw
                break
            room -= len(raw)
            batch.append(RawBSONDocument(raw))
        return batch, True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options):
        self.options = options
        self.store = Store(options.data)
        self.cursors = {}
        self.transactions = {}
        self.active = 0
        self.fail = None
        self.connections = itertools.count(1)
        self.salt = hashlib.sha256(b"salt" + (options.user or "").encode()).digest()[:28]
        self.tls = None
        if options.certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(options.certificate, options.key)
        super().__init__(("127.0.0.1", options.port), Connection)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, EOFError, Gone)):
            super().handle_error(request, client_address)


class Connection(socketserver.BaseRequestHandler):
    def setup(self):
        self.socket = self.request
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.tls:
            self.socket = self.server.tls.wrap_socket(self.request, server_side=True)
        self.number = next(self.server.connections)
        self.user = None
        self.scram = None

    def read(self, count):
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(min(count - len(data), 1 << 20))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def handle(self):
        while True:
            length, request, _, operation = struct.unpack("<iiii", self.read(16))
            if length > 48000000 or length.to_bytes(4, "little")[:2] == b"\x16\x03":
                # The second is the beginning of a TLS handshake.
                return
            body = self.read(length - 16)
            if operation == 2004:
                name_end = body.index(b"\0", 4)
                reply = self.run(bson.decode(body[name_end + 9 :], RAW), "admin")
                answer = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(reply)
                self.socket.sendall(struct.pack("<iiii", 16 + len(answer), request, request, 1) + answer)
                continue
            if operation != 2013:
                return
            (flags,) = struct.unpack_from("<I", body)
            command = self.sections(body[4 : len(body) - (4 if flags & 1 else 0)])
            reply = self.run(command, command.get("$db", "test"))
            if flags & 2:
                continue
            answer = struct.pack("<IB", 0, 0) + bson.encode(reply)
            self.socket.sendall(struct.pack("<iiii", 16 + len(answer), request, request, 2013) + answer)

    @staticmethod
    def sections(data):
        command, lists, at = {}, {}, 0
        while at < len(data):
            kind = data[at]
            (size,) = struct.unpack_from("<i", data, at + 1)
            part = data[at + 1 : at + 1 + size]
            at += 1 + size
            if kind == 0:
                command = dict(bson.decode(part, RAW).items())
                continue
            end = part.index(b"\0", 4)
            name, part = part[4:end].decode(), part[end + 1 :]
            items = lists.setdefault(name, [])
            while part:
                (size,) = struct.unpack_from("<i", part)
                items.append(RawBSONDocument(part[:size]))
                part = part[size:]
        return {**command, **lists}

    def run(self, command, database):
        command = dict(command.items())
        name = next(iter(command))
        try:
            if self.server.options.user and not self.user and name.lower() not in OPEN_TO_STRANGERS:
                raise MongoError(13, "command %s requires authentication" % name)
            concern = self.fail_point(name, command)
            self.server.active += 1
            try:
                self.sleep(command)
                method = getattr(self, "do_" + name.lower(), None)
                if method is None:
                    raise MongoError(59, "no such command: '%s'" % name)
                reply = {**method(command, database, self.transaction(command)), "ok": 1.0}
                if concern:
                    reply["writeConcernError"] = concern
                return reply
            finally:
                self.server.active -= 1
        except MongoError as error:
            if "TransientTransactionError" in error.labels:
                self.forget(command)
            return error.answer()
        except (KeyError, TypeError, AttributeError, ValueError) as fault:
            return MongoError(9, "cannot parse %s: %r" % (name, fault)).answer()

    def fail_point(self, name, command):
        fail = self.server.fail
        if not fail or name not in fail["data"].get("failCommands", []):
            return None
        mode = fail["mode"]
        if isinstance(mode, dict):
            mode["times"] -= 1
            if mode["times"] <= 0:
                self.server.fail = None
        data = fail["data"]
        if data.get("blockConnection"):
            self.sleep({"comment": "sleep %d" % data["blockTimeMS"]})
        if data.get("closeConnection"):
            raise Gone
        if "errorCode" in data:
            raise MongoError(data["errorCode"], "Failing command via 'failCommand' failpoint with s3cr3t-text")
        return data.get("writeConcernError")

    def sleep(self, command):
        comment = command.get("comment")
        wait = int(comment[6:]) / 1000 if isinstance(comment, str) and comment.startswith("sleep ") else 0
        begun = time.monotonic()
        limit = command.get("maxTimeMS") or 0
        while time.monotonic() < begun + wait:
            if limit and time.monotonic() > begun + limit / 1000:
                raise MongoError(50, "operation exceeded time limit")
            # A client that waits says nothing; if there is something to read, it has hung up.
            if select.select([self.request], [], [], 0.01)[0]:
                raise Gone

    def transaction(self, command):
        if command.get("autocommit") is not False:
            return None
        session = command["lsid"]["id"]
        if not self.server.options.replica_set:
            raise MongoError(20, "Transaction numbers are only allowed on a replica set member or mongos")
        with self.server.store.gate:
            if command.get("startTransaction"):
                self.forget(command)
                self.server.transactions[session] = Transaction(command["txnNumber"], self.server.store.version)
            open_one = self.server.transactions.get(session)
            if open_one is None or open_one.number != command["txnNumber"]:
                raise MongoError(251, "no such transaction", labels=["TransientTransactionError"])
            return open_one

    def forget(self, command):
        if "lsid" in command:
            with self.server.store.gate:
                old = self.server.transactions.pop(command["lsid"]["id"], None)
                if old:
                    self.server.store.end(old, False)

    # Greeting and authentication

    def do_hello(self, command, database, transaction):
        options = self.server.options
        reply = {
            "helloOk": True,
            "ismaster": True,
            "isWritablePrimary": True,
            "maxBsonObjectSize": 16777216,
            "maxMessageSizeBytes": 48000000,
            "maxWriteBatchSize": 100000,
            "logicalSessionTimeoutMinutes": 30,
            "connectionId": self.number,
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "readOnly": False,
        }
        if options.replica_set:
            me = "127.0.0.1:%d" % options.port
            reply.update(setName="rs0", setVersion=1, secondary=False, hosts=[me], primary=me, me=me)
        if "saslSupportedMechs" in command:
            reply["saslSupportedMechs"] = ["SCRAM-SHA-256"]
        return reply

    do_ismaster = do_hello

    def do_ping(self, command, database, transaction):
        return {}

    do_endsessions = do_logout = do_ping

    def do_buildinfo(self, command, database, transaction):
        return {"version": "7.0.0", "versionArray": [7, 0, 0, 0]}

    def do_saslstart(self, command, database, transaction):
        if command["mechanism"] != "SCRAM-SHA-256" or database != "admin":
            raise MongoError(18, "Authentication failed.")
        bare = bytes(command["payload"]).decode()[3:]
        parts = dict(part.split("=", 1) for part in bare.split(","))
        nonce = parts["r"] + base64.b64encode(os.urandom(18)).decode()
        challenge = "r=%s,s=%s,i=%d" % (nonce, base64.b64encode(self.server.salt).decode(), ITERATIONS)
        name = parts["n"].replace("=2C", ",").replace("=3D", "=")
        self.scram = (name, bare, nonce, challenge)
        return {"conversationId": 1, "done": False, "payload": challenge.encode()}

    def do_saslcontinue(self, command, database, transaction):
        options = self.server.options
        if not self.scram:
            raise MongoError(17, "No SASL session state found")
        name, bare, nonce, challenge = self.scram
        self.scram = None
        message = bytes(command["payload"]).decode()
        parts = dict(part.split("=", 1) for part in message.split(","))
        unproven = message[: message.rindex(",p=")]
        signed = ("%s,%s,%s" % (bare, challenge, unproven)).encode()
        password = saslprep(options.password).encode()
        salted = hashlib.pbkdf2_hmac("sha256", password, self.server.salt, ITERATIONS)
        client = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(client).digest(), signed, "sha256")
        proof = bytes(a ^ b for a, b in zip(client, signature))
        is_right = hmac.compare_digest(proof, base64.b64decode(parts["p"]))
        if not is_right or name != options.user or parts["r"] != nonce or parts["c"] != "biws":
            raise MongoError(18, "Authentication failed.")
        self.user = name
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        verifier = b"v=" + base64.b64encode(hmac.digest(server_key, signed, "sha256"))
        if options.forge_signature:
            verifier = b"v=" + base64.b64encode(bytes(32))
        return {"conversationId": 1, "done": True, "payload": verifier}

    # Reading

    def open(self, database, collection, documents, size):
        cursor = Cursor("%s.%s" % (database, collection), iter(documents))
        batch, has_more = cursor.take(101 if size is None else size)
        if has_more:
            self.server.cursors[cursor.id] = cursor
        return {"cursor": {"firstBatch": batch, "id": Int64(cursor.id if has_more else 0), "ns": cursor.namespace}}

    def find(self, database, name, query, transaction):
        store = self.server.store
        with store.gate:
            documents = store.view(database, name, transaction)
        if set(query) == {"_id"} and not isinstance(query["_id"], dict) and "Regex" not in type(query["_id"]).__name__:
            found = documents.get(key_of(query["_id"]))
            return [found] if found else []
        return [d for d in documents.values() if not query or matches(d.value, query)]

    def do_find(self, command, database, transaction):
        documents = self.find(database, command["find"], plain(command.get("filter", {})), transaction)
        order, fields = plain(command.get("sort")), plain(command.get("projection"))
        if order:
            by_value = {id(d.value): d for d in documents}
            documents = [by_value[id(value)] for value in sort([d.value for d in documents], order)]
        documents = documents[command.get("skip", 0) :]
        limit = abs(command.get("limit", 0))
        documents = documents[:limit] if limit else documents
        rows = (project(d.value, fields) for d in documents) if fields else (d.raw for d in documents)
        return self.open(database, command["find"], rows, command.get("batchSize"))

    def do_getmore(self, command, database, transaction):
        id_ = command["getMore"]
        cursor = self.server.cursors.get(id_)
        if cursor is None or cursor.namespace != "%s.%s" % (database, command["collection"]):
            raise MongoError(43, "cursor id %d not found" % id_)
        batch, has_more = cursor.take(command.get("batchSize"))
        if not has_more:
            self.server.cursors.pop(id_, None)
        return {"cursor": {"nextBatch": batch, "id": Int64(id_ if has_more else 0), "ns": cursor.namespace}}

    def do_killcursors(self, command, database, transaction):
        killed = [id_ for id_ in command["cursors"] if self.server.cursors.pop(id_, None)]
        return {"cursorsKilled": killed, "cursorsNotFound": [], "cursorsAlive": [], "cursorsUnknown": []}

    def do_count(self, command, database, transaction):
        return {"n": len(self.find(database, command["count"], plain(command.get("query") or {}), transaction))}

    def do_distinct(self, command, database, transaction):
        values = {}
        for document in self.find(database, command["distinct"], plain(command.get("query") or {}), transaction):
            for value in paths(document.value, command["key"]):
                for item in value if isinstance(value, list) else [value]:
                    values.setdefault(key_of(item), item)
        return {"values": list(values.values())}

    def do_aggregate(self, command, database, transaction):
        pipeline = plain(command["pipeline"])
        if "cursor" not in command and not command.get("explain"):
            raise MongoError(9, "The 'cursor' option is required, except for aggregate with the explain argument")
        name = command["aggregate"] if isinstance(command["aggregate"], str) else "$cmd.aggregate"
        documents = (d.value for d in self.find(database, name, {}, transaction))
        rows = self.pipe(database, documents, pipeline, transaction)
        return self.open(database, name, rows, (command.get("cursor") or {}).get("batchSize"))

    def pipe(self, database, documents, pipeline, transaction):
        for stage in pipeline:
            if len(stage) != 1:
                raise MongoError(40323, "A pipeline stage specification object must contain exactly one field.")
            ((name, value),) = stage.items()
            documents = self.stage(database, documents, name, value, transaction)
        return documents

    def stage(self, database, documents, name, value, transaction):
        if name == "$match":
            return (d for d in documents if matches(d, value))
        if name == "$project":
            return (project(d, value) for d in documents)
        if name in ("$set", "$addFields"):
            return ({**d, **{k: compute(v, d, {}) for k, v in value.items()}} for d in documents)
        if name == "$group":
            return group(documents, value)
        if name == "$sort":
            return iter(sort(documents, value))
        if name == "$limit":
            return itertools.islice(documents, value)
        if name == "$skip":
            return itertools.islice(documents, value, None)
        if name == "$count":
            return iter([{value: sum(1 for _ in documents)}])
        if name == "$documents":
            return iter(compute(value, {}, {}))
        if name == "$unwind":
            field = (value["path"] if isinstance(value, dict) else value)[1:]
            return ({**d, field: item} for d in documents for item in d.get(field, []))
        if name == "$lookup":
            others = [d.value for d in self.find(database, value["from"], {}, transaction)]
            return ({**d, value["as"]: self.joined(d, others, value)} for d in documents)
        if name == "$unionWith":
            other = value if isinstance(value, str) else value["coll"]
            return itertools.chain(documents, (d.value for d in self.find(database, other, {}, transaction)))
        if name == "$facet":
            kept = list(documents)
            facets = {k: list(self.pipe(database, iter(kept), v, transaction)) for k, v in value.items()}
            return iter([facets])
        if name in ("$out", "$merge"):
            target = value if isinstance(value, str) else value["into"]
            self.replace(database, target, list(documents), name == "$out")
            return iter([])
        raise MongoError(40324, "Unrecognized pipeline stage name: '%s'" % name)

    @staticmethod
    def joined(document, others, value):
        local = (paths(document, value["localField"]) or [None])[0]
        return [o for o in others if matches(o, {value["foreignField"]: local})]

    def replace(self, database, target, documents, is_out):
        with self.server.store.gate:
            changes = [{"o": "drop", "db": database, "c": target}] if is_out else []
            for value in documents:
                value = value if "_id" in value else {"_id": ObjectId(), **value}
                changes.append({"o": "put", "db": database, "c": target, "r": bson.Binary(bson.encode(value))})
            self.server.store.commit(changes)

    def do_explain(self, command, database, transaction):
        return {"queryPlanner": {"namespace": database, "plannerVersion": 1}, "command": plain(command["explain"])}

    def do_listcollections(self, command, database, transaction):
        with self.server.store.gate:
            collections = self.server.store.databases.get(database, {})
            rows = [
                {"name": n, "type": "collection", "options": c.options, "info": {"readOnly": False}}
                for n, c in sorted(collections.items())
            ]
        rows = [row for row in rows if matches(row, plain(command.get("filter") or {}))]
        return self.open(database, "$cmd.listCollections", rows, (command.get("cursor") or {}).get("batchSize"))

    def do_listindexes(self, command, database, transaction):
        collection = self.existing(database, command["listIndexes"])
        rows = list(collection.indexes.values())
        return self.open(database, command["listIndexes"], rows, (command.get("cursor") or {}).get("batchSize"))

    def do_dbstats(self, command, database, transaction):
        collections = self.server.store.databases.get(database, {})
        return {
            "db": database,
            "collections": len(collections),
            "objects": sum(len(c.documents) for c in collections.values()),
            "openCursors": len(self.server.cursors),
            # This one is not counted.
            "activeOperations": self.server.active - 1,
            "openTransactions": len(self.server.transactions),
        }

    def do_collstats(self, command, database, transaction):
        return {"ns": command["collStats"], "count": len(self.existing(database, command["collStats"]).documents)}

    # Writing

    def existing(self, database, name):
        collection = self.server.store.collection(database, name)
        if collection is None:
            raise MongoError(26, "ns not found " + name)
        return collection

    def each(self, items, command, work):
        """Runs writes one after the other and gathers their errors, as MongoDB does."""
        errors, done = [], 0
        for index, item in enumerate(items):
            try:
                done += work(index, item)
            except MongoError as error:
                if error.labels:
                    raise
                errors.append({"index": index, "code": error.code, "errmsg": str(error)})
                if command.get("ordered", True):
                    break
        reply = {"n": done}
        if errors:
            reply["writeErrors"] = errors
        return reply

    def until(self, command):
        return time.monotonic() + command["maxTimeMS"] / 1000 if command.get("maxTimeMS") else None

    def do_insert(self, command, database, transaction):
        name, store = command["insert"], self.server.store
        changes, new = [], set()

        def insert(_, document):
            raw = document.raw
            id_ = id_of(raw)
            if id_ is None:
                raw = bson.encode({"_id": ObjectId(), **bson.decode(raw)})
                id_ = id_of(raw)
            key = key_of(id_)
            view = transaction and transaction.overlays.get((database, name), {}).get(key)
            collection = store.collection(database, name)
            if view or key in new or (collection and key in collection.documents):
                raise MongoError(11000, "E11000 duplicate key error collection: %s dup key: %r" % (name, id_))
            collected = None if transaction or (collection and len(collection.indexes) > 1) else changes
            store.put(database, name, key, Document(raw), transaction, self.until(command), collected)
            new.add(key)
            return 1

        with store.gate:
            reply = self.each(command["documents"], command, insert)
            store.commit(changes)
        return reply

    def do_update(self, command, database, transaction):
        name, store = command["update"], self.server.store
        counts = {"nModified": 0}
        upserted = []

        def update(index, raw):
            item = plain(raw)
            found = self.find(database, name, item["q"], transaction)
            found = found if item.get("multi") else found[:1]
            if not found and item.get("upsert"):
                id_ = self.upsert(database, name, item["q"], item["u"], transaction)
                upserted.append({"index": index, "_id": id_})
                return 1
            for document in found:
                after = Document.of(changed(document.value, item["u"], False))
                if after.raw != document.raw:
                    store.put(database, name, key_of(id_of(document.raw)), after, transaction, self.until(command))
                    counts["nModified"] += 1
            return len(found)

        with store.gate:
            self.unlocked(database, name, plain(command["updates"][0])["q"], transaction, command)
            reply = {**self.each(command["updates"], command, update), **counts}
        return {**reply, "upserted": upserted} if upserted else reply

    def unlocked(self, database, name, query, transaction, command):
        """Outside a transaction a write waits for those under way, and then sees what they have left."""
        collection = self.server.store.collection(database, name)
        if collection and not transaction:
            for document in self.find(database, name, query, None):
                self.server.store.claim(collection, key_of(id_of(document.raw)), None, self.until(command))

    def upsert(self, database, name, query, update, transaction):
        base = {k: v for k, v in query.items() if not k.startswith("$") and not isinstance(v, dict)}
        base.update({k: v["$eq"] for k, v in query.items() if isinstance(v, dict) and list(v) == ["$eq"]})
        value = changed(base, update, True)
        if "_id" not in value:
            value = {"_id": ObjectId(), **value}
        value = {"_id": value.pop("_id"), **value}
        key = key_of(value["_id"])
        self.server.store.put(database, name, key, Document.of(value), transaction)
        return value["_id"]

    def do_delete(self, command, database, transaction):
        name, store = command["delete"], self.server.store

        def delete(_, raw):
            item = plain(raw)
            found = self.find(database, name, item["q"], transaction)
            found = found[:1] if item["limit"] == 1 else found
            for document in found:
                store.put(database, name, key_of(id_of(document.raw)), None, transaction, self.until(command))
            return len(found)

        with store.gate:
            self.unlocked(database, name, plain(command["deletes"][0])["q"], transaction, command)
            return self.each(command["deletes"], command, delete)

    def do_findandmodify(self, command, database, transaction):
        name, store = command["findAndModify"], self.server.store
        query, update = plain(command.get("query") or {}), plain(command.get("update"))
        with store.gate:
            self.unlocked(database, name, query, transaction, command)
            found = self.find(database, name, query, transaction)[:1]
            if not found:
                if not command.get("upsert"):
                    return {"lastErrorObject": {"n": 0, "updatedExisting": False}, "value": None}
                id_ = self.upsert(database, name, query, update, transaction)
                return {"lastErrorObject": {"n": 1, "updatedExisting": False, "upserted": id_}, "value": None}
            before = found[0].value
            key = key_of(before["_id"])
            if command.get("remove"):
                store.put(database, name, key, None, transaction)
                return {"lastErrorObject": {"n": 1}, "value": before}
            after = changed(before, update, False)
            store.put(database, name, key, Document.of(after), transaction)
            value = after if command.get("new") else before
            return {"lastErrorObject": {"n": 1, "updatedExisting": True}, "value": value}

    def do_create(self, command, database, transaction):
        with self.server.store.gate:
            if self.server.store.collection(database, command["create"]) is not None:
                raise MongoError(48, "Collection already exists. NS: " + command["create"])
            options = {k: plain(command[k]) for k in ("validator", "capped", "size") if k in command}
            self.server.store.commit([{"o": "create", "db": database, "c": command["create"], "options": options}])
        return {}

    def do_drop(self, command, database, transaction):
        with self.server.store.gate:
            self.existing(database, command["drop"])
            self.server.store.commit([{"o": "drop", "db": database, "c": command["drop"]}])
        return {"ns": "%s.%s" % (database, command["drop"]), "nIndexesWas": 1}

    def do_dropdatabase(self, command, database, transaction):
        with self.server.store.gate:
            names = list(self.server.store.databases.get(database, {}))
            self.server.store.commit([{"o": "drop", "db": database, "c": name} for name in names])
        return {"dropped": database}

    def do_createindexes(self, command, database, transaction):
        with self.server.store.gate:
            changes = []
            collection = self.server.store.collection(database, command["createIndexes"])
            for index in plain(command["indexes"]):
                old = collection and collection.indexes.get(index["name"])
                if old and old["key"] != index["key"]:
                    raise MongoError(86, "An existing index has the same name as the requested index.")
                changes.append({"o": "index", "db": database, "c": command["createIndexes"], "index": {"v": 2, **index}})
            self.server.store.commit(changes)
        return {"numIndexesBefore": 1, "numIndexesAfter": 1 + len(changes)}

    def do_dropindexes(self, command, database, transaction):
        with self.server.store.gate:
            collection = self.existing(database, command["dropIndexes"])
            if command["index"] not in collection.indexes:
                raise MongoError(27, "index not found with name [%s]" % command["index"])
            change = {"o": "dropIndex", "db": database, "c": command["dropIndexes"], "name": command["index"]}
            self.server.store.commit([change])
        return {"nIndexesWas": 2}

    def do_committransaction(self, command, database, transaction):
        with self.server.store.gate:
            self.server.transactions.pop(command["lsid"]["id"])
            self.server.store.end(transaction, True)
        return {}

    def do_aborttransaction(self, command, database, transaction):
        with self.server.store.gate:
            self.server.transactions.pop(command["lsid"]["id"])
            self.server.store.end(transaction, False)
        return {}

    def do_configurefailpoint(self, command, database, transaction):
        mode = plain(command["mode"])
        self.server.fail = None if mode == "off" else {"mode": mode, "data": plain(command["data"])}
        return {}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--replica-set", action="store_true")
    parser.add_argument("--forge-signature", action="store_true", help="pretend to know the password")
    server = Server(parser.parse_args())
    threading.current_thread().name = "mongo-test-server"
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
