using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>
/// Decides whether a command may be sent. Commands are allowed by name; what a command holds is then searched, however deep,
/// for stages that write, for JavaScript and for other databases.
/// </summary>
/// <param name="field">Dotted path of the command, for errors.</param>
/// <param name="isQuery">Whether it may only read.</param>
internal sealed class CommandGuard(string field, bool isQuery)
{
    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal)
    {
        "find",
        "aggregate",
        "count",
        "distinct",
        "listCollections",
        "listIndexes",
        "dbStats",
        "collStats",
        "ping",
        "hello",
        "explain",
    };

    private static readonly HashSet<string> Writing = new(StringComparer.Ordinal)
    {
        "insert",
        "update",
        "delete",
        "findAndModify",
        "aggregate",
        "create",
        "drop",
        "createIndexes",
        "dropIndexes",
        "collMod",
    };

    /// <summary>Commands whose value is no collection.</summary>
    private static readonly HashSet<string> OfDatabase = new(StringComparer.Ordinal)
    {
        "aggregate",
        "listCollections",
        "dbStats",
        "ping",
        "hello",
    };

    /// <summary>Members that belong to the protocol, not to a statement.</summary>
    private static readonly HashSet<string> OfProtocol = new(StringComparer.Ordinal)
    {
        "lsid",
        "txnNumber",
        "stmtId",
        "stmtIds",
        "autocommit",
        "startTransaction",
    };

    private bool _writes;

    /// <summary>Judges a command.</summary>
    /// <param name="command">The document.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, with the field.</exception>
    public string Check(ReadOnlySpan<byte> command)
    {
        var name = Check(command, isExplained: false);
        return isQuery || !string.Equals(name, "aggregate", StringComparison.Ordinal) || _writes
            ? name
            : throw Fail("only reads; use a query");
    }

    private string Check(ReadOnlySpan<byte> command, bool isExplained)
    {
        var reader = new BsonReader(command);
        if (!reader.Read())
        {
            throw Fail("holds no command");
        }

        var name = Encoding.UTF8.GetString(reader.Name);
        if (isQuery && !Reading.Contains(name))
        {
            throw ReadOnly();
        }

        if (!isQuery && !Writing.Contains(name))
        {
            throw Fail(Reading.Contains(name) ? "only reads; use a query" : "is not a command that may be used");
        }

        if (string.Equals(name, "explain", StringComparison.Ordinal))
        {
            Explain(isExplained, reader.Type, reader.Value);
        }
        else if (reader.Type != BsonType.String && !OfDatabase.Contains(name))
        {
            throw Fail("must name a collection");
        }

        while (reader.Read())
        {
            Member(name, reader.Name, reader.Type, reader.Value);
        }

        return name;
    }

    private void Explain(bool isExplained, BsonType type, ReadOnlySpan<byte> command)
    {
        if (isExplained || type != BsonType.Document)
        {
            throw Fail("must explain one reading command");
        }

        Check(command, isExplained: true);
    }

    private void Member(string command, ReadOnlySpan<byte> utf8, BsonType type, ReadOnlySpan<byte> value)
    {
        var name = Encoding.UTF8.GetString(utf8);
        if (name is ['$', ..] || OfProtocol.Contains(name))
        {
            throw Fail("holds a member that only the connector may set");
        }

        if (name is "tailable" or "awaitData" && BsonReader.Number(type, value) != 0)
        {
            throw Fail("must not wait for documents to come");
        }

        if (command is "find" && name is "singleBatch" or "noCursorTimeout")
        {
            // The connector fetches in batches of its own, and closes what it has opened.
            throw Fail($"must not set {name}; limit says how many documents are wanted");
        }

        if (command is "aggregate" && name is "explain")
        {
            throw Fail("must not set explain; use the command explain");
        }

        if (name is "writeConcern" && type == BsonType.Document && IsUnacknowledged(value))
        {
            throw Fail("must not ask for a write that is not acknowledged");
        }

        // What is inserted is only stored; its names mean nothing.
        if (command is not "insert" || name is not "documents")
        {
            Search(type, value, 1);
        }
    }

    private static bool IsUnacknowledged(ReadOnlySpan<byte> concern)
    {
        var reader = new BsonReader(concern);
        return reader.Find("w"u8) && reader.Type != BsonType.String && BsonReader.Number(reader.Type, reader.Value) < 1;
    }

    private void Search(BsonType type, ReadOnlySpan<byte> value, int depth)
    {
        if (type is not (BsonType.Document or BsonType.Array))
        {
            return;
        }

        if (depth > BsonReader.MaxDepth)
        {
            throw Fail("nests too deep");
        }

        var reader = new BsonReader(value);
        while (reader.Read())
        {
            if (type == BsonType.Document && reader.Name is [(byte)'$', ..])
            {
                Operator(Encoding.UTF8.GetString(reader.Name), reader.Type, reader.Value);
            }

            Search(reader.Type, reader.Value, depth + 1);
        }
    }

    private void Operator(string name, BsonType type, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case "$where" or "$function" or "$accumulator":
                throw Fail("must not run JavaScript at the server");
            case ['$', '_', 'i', 'n', 't', 'e', 'r', 'n', 'a', 'l', ..]
            or ['$', 'i', 'n', 't', 'e', 'r', 'n', 'a', 'l', ..]:
                throw Fail("must not use the server's internal operators");
            case "$changeStream":
                throw Fail("must not wait for documents to come");
            case "$out" or "$merge" when isQuery:
                throw ReadOnly();
            case "$out":
                _writes = true;
                RequireOwn(type == BsonType.String);
                break;
            case "$merge":
                _writes = true;
                RequireOwn(type == BsonType.String || IsText(type, value, "into"u8));
                break;
            case "$lookup" or "$graphLookup":
                RequireOwn(type != BsonType.Document || !Has(value, "from"u8) || IsText(type, value, "from"u8));
                break;
            case "$unionWith":
                RequireOwn(type != BsonType.Document || !Has(value, "db"u8));
                break;
            default:
                break;
        }
    }

    private void RequireOwn(bool isOwn)
    {
        if (!isOwn)
        {
            throw Fail("must not name another database");
        }
    }

    private static bool Has(ReadOnlySpan<byte> document, ReadOnlySpan<byte> name) =>
        new BsonReader(document).Find(name);

    private static bool IsText(BsonType type, ReadOnlySpan<byte> document, ReadOnlySpan<byte> name)
    {
        if (type != BsonType.Document)
        {
            return false;
        }

        var reader = new BsonReader(document);
        return reader.Find(name) && reader.Type == BsonType.String;
    }

    private ConnectorException ReadOnly() =>
        new(
            ErrorKind.InvalidArgument,
            "READ_ONLY",
            "may only read: find, aggregate without $out and $merge, count, distinct, listCollections, listIndexes,"
                + " dbStats, collStats, ping, hello and explain of those"
        )
        {
            Field = field,
        };

    private ConnectorException Fail(string reason) => ConnectorException.Invalid(field, reason);
}
