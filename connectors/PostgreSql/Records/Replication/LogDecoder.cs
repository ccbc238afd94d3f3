using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>
/// Understands what the server's plugin <c>pgoutput</c> (protocol 1) says of one table. Only keys are taken from it: the rows
/// are read from the table. Used by one thread at a time, from the first message that a decoding of the log gives.
/// </summary>
/// <param name="table">Object id of the table.</param>
/// <param name="key">The columns that make the id.</param>
internal sealed class LogDecoder(uint table, IReadOnlyList<string> key)
{
    private const byte IsIdentity = 1;

    // Where the columns of the key are; null when the log does not tell them.
    private int[]? _places;
    private ulong _commit;
    private uint _transaction;
    private long _count;

    /// <summary>Reads one message.</summary>
    /// <param name="message">Its bytes.</param>
    /// <param name="steps">Gets what it means for the table.</param>
    public void Read(ReadOnlySpan<byte> message, Queue<LogStep> steps)
    {
        try
        {
            Read(new WireReader(message), steps);
        }
        catch (Exception fault) when (fault is ArgumentException or IndexOutOfRangeException)
        {
            throw new ConnectorException(
                ErrorKind.MalformedAnswer,
                "DATABASE_CORRUPT",
                "The server's log of changes cannot be understood.",
                innerException: fault
            );
        }
    }

    private void Read(WireReader message, Queue<LogStep> steps)
    {
        switch (message.Byte())
        {
            case (byte)'B':
                _commit = message.UInt64();
                message.Skip(sizeof(ulong));
                _transaction = message.UInt32();
                _count = 0;
                break;
            case (byte)'C':
                message.Skip(1 + sizeof(ulong));
                steps.Enqueue(new LogStep(new LogPosition(message.UInt64(), 0), LogStepKind.Commit));
                break;
            case (byte)'R' when message.UInt32() == table:
                ReadRelation(message);
                break;
            case (byte)'I' when message.UInt32() == table:
                message.Skip(1);
                AddChange(ReadKey(ref message), steps);
                break;
            case (byte)'U' when message.UInt32() == table:
                ReadUpdate(message, steps);
                break;
            case (byte)'D' when message.UInt32() == table:
                message.Skip(1);
                AddChange(ReadKey(ref message), steps);
                break;
            case (byte)'T' when Truncates(message):
                AddChange(null, steps);
                break;
            default:
                // Another table, a type, or where the transaction came from.
                break;
        }
    }

    private void ReadRelation(WireReader message)
    {
        message.Name();
        message.Name();
        message.Skip(1);
        var places = new int[key.Count];
        Array.Fill(places, -1);
        var count = message.Int16();
        for (var column = 0; column < count; column++)
        {
            var flags = message.Byte();
            var name = message.Name();
            message.Skip(2 * sizeof(int));
            for (var part = 0; part < places.Length; part++)
            {
                if ((flags & IsIdentity) != 0 && string.Equals(key[part], name, StringComparison.Ordinal))
                {
                    places[part] = column;
                }
            }
        }

        _places = places.Contains(-1) ? null : places;
    }

    private void ReadUpdate(WireReader message, Queue<LogStep> steps)
    {
        string?[]? old = null;
        if (message.Byte() is (byte)'K' or (byte)'O')
        {
            old = ReadKey(ref message);
            message.Skip(1);
        }

        var now = ReadKey(ref message);
        if (old is not null && now is not null)
        {
            for (var part = 0; part < now.Length; part++)
            {
                // A long value that has not changed is only told with the old row.
                now[part] ??= old[part];
            }

            if (!now.AsSpan().SequenceEqual(old))
            {
                AddChange(old, steps);
            }
        }

        AddChange(now, steps);
    }

    private bool Truncates(WireReader message)
    {
        var count = message.Int32();
        message.Skip(1);
        for (var index = 0; index < count; index++)
        {
            if (message.UInt32() == table)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a row.</summary>
    /// <returns>Its key, null where a value is not told; null when the key's columns are not known.</returns>
    private string?[]? ReadKey(ref WireReader message)
    {
        var values = _places is null ? null : new string?[_places.Length];
        var count = message.Int16();
        for (var column = 0; column < count; column++)
        {
            if (message.Byte() is not ((byte)'t' or (byte)'b'))
            {
                continue;
            }

            var length = message.Int32();
            var part = _places is null ? -1 : Array.IndexOf(_places, column);
            if (part < 0)
            {
                message.Skip(length);
            }
            else
            {
                values![part] = message.Text(length);
            }
        }

        return values;
    }

    private void AddChange(string?[]? values, Queue<LogStep> steps)
    {
        var after = new LogPosition(_commit, ++_count);
        steps.Enqueue(
            values is null || Array.Exists(values, value => value is null)
                ? new LogStep(after, LogStepKind.Gap)
                : new LogStep(after, LogStepKind.Change) { Key = values!, Transaction = _transaction }
        );
    }
}
