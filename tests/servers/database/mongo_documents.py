"""What a document server does with documents: matching, updating, computing. A small part of MongoDB, for tests."""

import datetime
import re

import bson
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp


class MongoError(Exception):
    """A refusal with MongoDB's number."""

    def __init__(self, code, text, labels=(), extra=None):
        super().__init__(text)
        self.code = code
        self.labels = list(labels)
        self.extra = extra or {}

    def answer(self):
        reply = {"ok": 0.0, "errmsg": str(self), "code": self.code, "codeName": "Error%d" % self.code}
        if self.labels:
            reply["errorLabels"] = self.labels
        reply.update(self.extra)
        return reply


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def key_of(value):
    """Two values are the same id when this is."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal128)):
        return bson.encode({"": value})
    return ("n", value.to_decimal() if isinstance(value, Decimal128) else value)


RANKS = [(type(None), 1), (bool, 8), ((int, float, Decimal128), 2), (str, 3), (dict, 4), (list, 5), ((bytes, Binary), 6)]


def rank(value):
    for kind, number in RANKS:
        if isinstance(value, kind):
            return number
    for kind, number in [(ObjectId, 7), (datetime.datetime, 9), (Timestamp, 10), (Regex, 11), (Code, 13), (MaxKey, 127)]:
        if isinstance(value, kind):
            return number
    return 0 if isinstance(value, MinKey) else 12


TYPES = {
    "minKey": 0, "null": 1, "number": 2, "string": 3, "symbol": 3, "object": 4, "array": 5, "binData": 6, "objectId": 7,
    "bool": 8, "date": 9, "timestamp": 10, "regex": 11, "dbPointer": 12, "javascript": 13, "javascriptWithScope": 13,
    "maxKey": 127,
}


def comparable(value):
    number = rank(value)
    if isinstance(value, Decimal128):
        value = value.to_decimal()
    if isinstance(value, dict):
        value = [(k, comparable(v)) for k, v in value.items()]
    elif isinstance(value, list):
        value = [comparable(v) for v in value]
    elif value is None:
        value = 0
    elif isinstance(value, Regex):
        value = value.pattern
    return (number, value)


def same(a, b):
    try:
        return comparable(a) == comparable(b)
    except TypeError:
        return a == b


def paths(document, path):
    """Every value a dotted path leads to."""
    head, _, rest = path.partition(".")
    if isinstance(document, list):
        found = []
        if head.isdigit() and int(head) < len(document):
            found += [document[int(head)]] if not rest else paths(document[int(head)], rest)
        for item in document:
            if isinstance(item, dict):
                found += paths(item, path)
        return found
    if not isinstance(document, dict) or head not in document:
        return []
    return paths(document[head], rest) if rest else [document[head]]


def spread(values):
    """A condition on a list holds when it holds for one item."""
    return values + [item for value in values if isinstance(value, list) for item in value]


def is_operators(value):
    return isinstance(value, dict) and bool(value) and all(k.startswith("$") for k in value)


def matches(document, query, variables=None):
    for name, wanted in query.items():
        if name == "$and":
            fits = all(matches(document, part, variables) for part in wanted)
        elif name == "$or":
            fits = any(matches(document, part, variables) for part in wanted)
        elif name == "$nor":
            fits = not any(matches(document, part, variables) for part in wanted)
        elif name == "$expr":
            fits = bool(compute(wanted, document, variables or {}))
        elif name == "$comment":
            fits = True
        elif name.startswith("$"):
            raise MongoError(2, "unknown top level operator: " + name)
        else:
            fits = fits_field(paths(document, name), wanted)
        if not fits:
            return False
    return True


def fits_field(values, wanted):
    if not is_operators(wanted):
        wanted = {"$eq": wanted}
    return all(fits_operator(values, operator, operand, wanted) for operator, operand in wanted.items())


def fits_operator(values, operator, operand, siblings):
    every = spread(values)
    if operator == "$eq":
        if isinstance(operand, Regex):
            return any(isinstance(v, str) and operand.try_compile().search(v) for v in every)
        return any(same(v, operand) for v in every) or (operand is None and not values)
    if operator == "$ne":
        return not fits_operator(values, "$eq", operand, siblings)
    if operator == "$in":
        if not isinstance(operand, list):
            raise MongoError(2, "$in needs an array")
        return any(fits_operator(values, "$eq", one, siblings) for one in operand)
    if operator == "$nin":
        return not fits_operator(values, "$in", operand, siblings)
    if operator == "$exists":
        return bool(values) == bool(operand)
    if operator == "$not":
        return not fits_field(values, operand)
    if operator in ("$gt", "$gte", "$lt", "$lte"):
        return any(rank(v) == rank(operand) and ordered(operator, v, operand) for v in every)
    if operator == "$type":
        wanted = operand if isinstance(operand, list) else [operand]
        unknown = [name for name in wanted if name not in TYPES]
        if unknown:
            raise MongoError(2, "Unknown type name alias: %s" % unknown[0])
        return any(rank(v) in [TYPES[name] for name in wanted] for v in every)
    if operator == "$regex":
        flags = re.I if "i" in siblings.get("$options", "") else 0
        return any(isinstance(v, str) and re.search(operand, v, flags) for v in every)
    if operator == "$options":
        return True
    raise MongoError(2, "unknown operator: " + operator)


def ordered(operator, a, b):
    a, b = comparable(a), comparable(b)
    return {"$gt": a > b, "$gte": a >= b, "$lt": a < b, "$lte": a <= b}[operator]


def changed(document, update, is_new):
    """The document after an update."""
    if isinstance(update, list):
        for stage in update:
            for name, fields in stage.items():
                if name not in ("$set", "$addFields"):
                    raise MongoError(40324, "Unrecognized pipeline stage name: " + name)
                document = {**document, **{k: compute(v, document, {}) for k, v in fields.items()}}
        return document
    if not any(k.startswith("$") for k in update):
        return {**({"_id": document["_id"]} if "_id" in document else {}), **update}
    document = dict(document)
    for operator, fields in update.items():
        if operator == "$setOnInsert" and not is_new:
            continue
        for name, value in fields.items():
            if name == "_id" and "_id" in document and not same(document["_id"], value):
                raise MongoError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
            if operator in ("$set", "$setOnInsert"):
                document[name] = value
            elif operator == "$unset":
                document.pop(name, None)
            elif operator == "$inc":
                old = document.get(name, 0)
                if not is_number(old) or not is_number(value):
                    raise MongoError(14, "Cannot apply $inc to a value of non-numeric type %r" % old)
                total = old + value
                wide = isinstance(old, Int64) or isinstance(value, Int64)
                document[name] = Int64(total) if wide and not isinstance(total, float) else total
            elif operator == "$push":
                if not isinstance(document.setdefault(name, []), list):
                    raise MongoError(2, "The field '%s' must be an array" % name)
                document[name] = document[name] + [value]
            else:
                raise MongoError(9, "Unknown modifier: " + operator)
    return document


class Range:
    """A long row of numbers that is made as it is read."""

    def __init__(self, first, last):
        self.items = range(first, last)


def compute(expression, document, variables):
    if isinstance(expression, str) and expression.startswith("$$"):
        head, _, rest = expression[2:].partition(".")
        value = document if head in ("ROOT", "CURRENT") else variables.get(head)
        return (paths(value, rest) or [None])[0] if rest else value
    if isinstance(expression, str) and expression.startswith("$"):
        return (paths(document, expression[1:]) or [None])[0]
    if isinstance(expression, list):
        return [compute(item, document, variables) for item in expression]
    if not isinstance(expression, dict):
        return expression
    if len(expression) == 1 and next(iter(expression)).startswith("$"):
        ((operator, operand),) = expression.items()
        return computed(operator, operand, document, variables)
    return {k: compute(v, document, variables) for k, v in expression.items()}


def computed(operator, operand, document, variables):
    if operator == "$literal":
        return operand
    if operator == "$map":
        items = compute(operand["input"], document, variables)
        name = operand.get("as", "this")
        items = items.items if isinstance(items, Range) else items
        return (compute(operand["in"], document, {**variables, name: item}) for item in items)
    values = compute(operand, document, variables)
    if operator == "$range":
        return Range(values[0], values[1])
    if operator == "$add":
        return sum(values)
    if operator == "$multiply":
        return values[0] * values[1]
    if operator == "$concat":
        return None if None in values else "".join(values)
    if operator in ("$eq", "$ne"):
        return same(*values) == (operator == "$eq")
    if operator in ("$gt", "$gte", "$lt", "$lte"):
        return ordered(operator, *values)
    if operator == "$toLower":
        return (values or "").lower()
    raise MongoError(168, "Unrecognized expression '%s'" % operator)


def project(document, fields, variables=None):
    including = [k for k, v in fields.items() if k != "_id" and not (is_number(v) or isinstance(v, bool)) or k != "_id" and v]
    if not including and any(not v for v in fields.values()):
        return {k: v for k, v in document.items() if fields.get(k, 1)}
    result = {}
    if fields.get("_id", 1) and "_id" in document:
        result["_id"] = document["_id"]
    for name, value in fields.items():
        if name == "_id" and (is_number(value) or isinstance(value, bool)):
            continue
        if is_number(value) or isinstance(value, bool):
            if name in document:
                result[name] = document[name]
        else:
            result[name] = compute(value, document, variables or {})
    return result


def group(documents, stage):
    groups = {}
    for document in documents:
        id_ = compute(stage["_id"], document, {})
        groups.setdefault(key_of(id_), (id_, []))[1].append(document)
    for id_, members in groups.values():
        result = {"_id": id_}
        for name, accumulator in stage.items():
            if name == "_id":
                continue
            ((operator, operand),) = accumulator.items()
            values = [compute(operand, member, {}) for member in members] if operator != "$count" else []
            numbers = [v for v in values if is_number(v)]
            if operator == "$sum":
                result[name] = sum(numbers)
            elif operator == "$count":
                result[name] = len(members)
            elif operator == "$avg":
                result[name] = sum(numbers) / len(numbers) if numbers else None
            elif operator in ("$min", "$max"):
                result[name] = (min if operator == "$min" else max)(values, key=comparable)
            elif operator == "$push":
                result[name] = values
            else:
                raise MongoError(15952, "unknown group operator '%s'" % operator)
        yield result


def sort(documents, order):
    documents = list(documents)
    for name, direction in reversed(list(order.items())):
        documents.sort(key=lambda d: comparable((paths(d, name) or [None])[0]), reverse=direction < 0)
    return documents
