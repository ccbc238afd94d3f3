#!/usr/bin/python3
"""Speaks to the test server with Debian's pymongo. Arguments: port, user name, password, "refused" when they are to be."""

import sys

from bson import Decimal128, Int64
from pymongo import MongoClient
from pymongo.errors import DuplicateKeyError, ExecutionTimeout, OperationFailure

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = MongoClient(
    "127.0.0.1",
    port,
    username=user,
    password=password,
    authMechanism="SCRAM-SHA-256",
    directConnection=True,
    serverSelectionTimeoutMS=5000,
)


def fails(kind, code, call):
    try:
        call()
    except kind as error:
        assert error.code == code, error.code
    else:
        raise AssertionError("no error %d" % code)


if sys.argv[4:] == ["refused"]:
    fails(OperationFailure, 18, lambda: client.py.command("dbStats"))
    print("refused")
    sys.exit()

db = client.py
client.drop_database("py")
items = db.items
items.insert_many([{"_id": i, "price": i % 7} for i in range(250)])
id_ = items.insert_one({"exact": Decimal128("12.50"), "wide": Int64(9007199254740993)}).inserted_id
assert items.find_one({"_id": id_}) == {"_id": id_, "exact": Decimal128("12.50"), "wide": 9007199254740993}
assert len(list(items.find({"price": {"$lt": 7}}).batch_size(20))) == 250
assert [d["_id"] for d in items.find({"price": 1}).sort("_id", -1).limit(2)] == [246, 239]
assert items.update_many({"price": 0}, {"$inc": {"price": 100}}).modified_count == 36
assert items.update_one({"_id": "new"}, {"$set": {"a": 1}}, upsert=True).upserted_id == "new"
assert items.delete_many({"price": 100}).deleted_count == 36
assert items.count_documents({"price": 100}) == 0
assert sorted(items.distinct("price")) == [1, 2, 3, 4, 5, 6]
assert list(items.aggregate([{"$group": {"_id": None, "n": {"$sum": 1}}}])) == [{"_id": None, "n": 216}]
fails(DuplicateKeyError, 11000, lambda: items.insert_one({"_id": "new"}))
fails(OperationFailure, 59, lambda: db.command("unheardOf"))
fails(ExecutionTimeout, 50, lambda: list(items.find({}, comment="sleep 5000").max_time_ms(50)))
assert db.list_collection_names() == ["items"]
assert items.find_one_and_update({"_id": 1}, {"$set": {"x": 1}})["_id"] == 1
print("works")
