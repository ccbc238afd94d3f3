using System.Globalization;
using System.Text;
using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>Reads pages of keys over one connection of its own.</summary>
internal sealed class KeyReader(RedisConnections connections, string pattern)
{
    /// <summary>Keys of one step of SCAN; as many marks fit into a cursor, with room for the few that a step gives beyond.</summary>
    private const int KeysOfStep = 200;

    /// <summary>A pattern may fit few keys of many; then a page is as short as what these steps have found.</summary>
    private const int MostSteps = 500;

    /// <summary>Keys that are asked for at once.</summary>
    private const int KeysAtOnce = 16;

    /// <summary>A page of larger values ends early.</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    public Task<RecordPage> ReadAsync(ScanCursor cursor, int limit, CancellationToken cancellationToken) =>
        RunAsync(channel => ReadAsync(channel, cursor, limit, cancellationToken), cancellationToken);

    /// <summary>Reads keys by their ids; what is not there is left out.</summary>
    public Task<IReadOnlyList<SyncRecord>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<SyncRecord>>(
            async channel =>
            {
                var found = new List<SyncRecord>(ids.Count);
                foreach (var part in ids.Chunk(KeysAtOnce))
                {
                    var states = await ReadAsync(channel, part.Select(KeyId.Parse), cancellationToken);
                    found.AddRange(
                        states.Select(state => new SyncRecord { Id = state.Id, Data = KeyFields.Write(state) })
                    );
                }

                return found;
            },
            cancellationToken
        );

    private async Task<T> RunAsync<T>(Func<RespChannel, Task<T>> work, CancellationToken cancellationToken)
    {
        var channel = await connections.Channels.RentAsync(cancellationToken);
        var isClean = false;
        try
        {
            var result = await work(channel);
            isClean = true;
            return result;
        }
        catch (Exception fault) when (fault is not ConnectorException)
        {
            throw RedisErrors.Connection(fault);
        }
        finally
        {
            await connections.Channels.ReturnAsync(channel, isClean);
        }
    }

    private async Task<RecordPage> ReadAsync(
        RespChannel channel,
        ScanCursor cursor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var records = new List<SyncRecord>();
        var bytes = 0L;
        for (var step = 1; ; step++)
        {
            var (next, keys) = await ScanAsync(channel, cursor.Position, cancellationToken);
            var before = cursor.Told.ToHashSet(StringComparer.Ordinal);
            // Of what was told before only that counts which has come again.
            var told = keys.Keys.Where(before.Contains).ToList();
            var rest = keys.Where(key => !before.Contains(key.Key)).ToList();
            while (rest.Count > 0)
            {
                var count = Math.Min(Math.Min(KeysAtOnce, rest.Count), limit - records.Count);
                if (count == 0 || bytes >= MostBytes)
                {
                    return new RecordPage(records, (cursor with { Told = told }).Write(), HasMore: true);
                }

                var states = await ReadAsync(channel, rest.Take(count).Select(key => key.Value), cancellationToken);
                foreach (var state in states)
                {
                    var record = new SyncRecord { Id = state.Id, Data = KeyFields.Write(state) };
                    bytes += record.Data.Length;
                    records.Add(record);
                }

                told.AddRange(rest.Take(count).Select(key => key.Key));
                rest.RemoveRange(0, count);
            }

            if (next == 0)
            {
                return new RecordPage(records, null, HasMore: false);
            }

            cursor = new ScanCursor(next, []);
            if (records.Count == limit || bytes >= MostBytes || step == MostSteps)
            {
                return new RecordPage(records, cursor.Write(), HasMore: true);
            }
        }
    }

    /// <summary>One step: where the next begins, and keys by their marks.</summary>
    private async Task<(ulong Next, Dictionary<string, byte[]> Keys)> ScanAsync(
        RespChannel channel,
        ulong position,
        CancellationToken cancellationToken
    )
    {
        using var request = new RequestBuffer().Command(
            "SCAN",
            position.ToString(CultureInfo.InvariantCulture),
            "MATCH",
            pattern,
            "COUNT",
            KeysOfStep.ToString(CultureInfo.InvariantCulture)
        );
        await channel.SendAsync(request, cancellationToken);
        var answer = await AnswerAsync(channel, cancellationToken);
        if (
            answer.Items is not [{ Text: { } text }, var found]
            || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var next)
        )
        {
            throw new RespProtocolException("SCAN has another answer than a cursor and keys.");
        }

        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var key in found.Items)
        {
            var bytes = key.Bytes ?? Encoding.UTF8.GetBytes(key.Text ?? "");
            keys[ScanCursor.Mark(bytes)] = bytes;
        }

        return (next, keys);
    }

    /// <summary>Reads keys; what is gone meanwhile is left out.</summary>
    private async Task<List<KeyState>> ReadAsync(
        RespChannel channel,
        IEnumerable<byte[]> keys,
        CancellationToken cancellationToken
    )
    {
        const int MostTimes = 5;
        var states = new List<KeyState>();
        var asked = keys.ToList();
        for (var times = 1; asked.Count > 0; times++)
        {
            var types = await TypesAsync(channel, asked, cancellationToken);
            using var request = new RequestBuffer();
            for (var index = 0; index < asked.Count; index++)
            {
                KeyCommands.Read(request, types[index], asked[index]);
            }

            await channel.SendAsync(request, cancellationToken);
            var changed = new List<byte[]>();
            for (var index = 0; index < asked.Count; index++)
            {
                var value = KeyCommands.IsRead(types[index])
                    ? await channel.ReadAsync(cancellationToken)
                    : RespValue.Null;
                var expiry = await ExpiryAsync(channel, cancellationToken);
                if (value is { IsError: true, ErrorCode: "WRONGTYPE" } && times < MostTimes)
                {
                    // It has become of another type since that was asked for.
                    changed.Add(asked[index]);
                    continue;
                }

                await ThrowIfFailedAsync(value);
                if (expiry != KeyCommands.Gone && !(KeyCommands.IsRead(types[index]) && IsNothing(value)))
                {
                    states.Add(new KeyState(KeyId.Format(asked[index]), types[index], value, expiry));
                }
            }

            asked = changed;
        }

        return states;
    }

    private async Task<string[]> TypesAsync(RespChannel channel, List<byte[]> keys, CancellationToken cancellationToken)
    {
        using var request = new RequestBuffer();
        foreach (var key in keys)
        {
            KeyCommands.Type(request, key);
        }

        await channel.SendAsync(request, cancellationToken);
        var types = new string[keys.Count];
        for (var index = 0; index < types.Length; index++)
        {
            types[index] = (await AnswerAsync(channel, cancellationToken)).Text ?? "none";
        }

        return types;
    }

    private async Task<long> ExpiryAsync(RespChannel channel, CancellationToken cancellationToken)
    {
        var answer = await channel.ReadAsync(cancellationToken);
        if (answer is { IsError: true, ErrorCode: "ERR" })
        {
            throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "SERVER_TOO_OLD",
                "Records need Redis 7, which tells when a key expires."
            );
        }

        await ThrowIfFailedAsync(answer);
        return answer.Number;
    }

    private static bool IsNothing(RespValue value) =>
        value.Type == RespType.Null || (value.IsAggregate && value.Items.Length == 0);

    private async Task<RespValue> AnswerAsync(RespChannel channel, CancellationToken cancellationToken)
    {
        var answer = await channel.ReadAsync(cancellationToken);
        await ThrowIfFailedAsync(answer);
        return answer;
    }

    private async Task ThrowIfFailedAsync(RespValue answer)
    {
        if (answer.IsError || answer.Type == RespType.TooLarge)
        {
            throw await connections.ErrorAsync(answer, "resource");
        }
    }
}
