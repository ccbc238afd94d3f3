using Yyc3.Connectors.Redis.Connections;
using Yyc3.Connectors.Redis.Faults;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>Writes keys over one connection of its own, each at once, many in one write.</summary>
internal sealed class KeyWriter(RedisConnections connections)
{
    /// <summary>Bytes of commands that are sent before their answers are read.</summary>
    private const int BytesAtOnce = 1024 * 1024;

    private const int KeysAtOnce = 1000;

    public async Task<IReadOnlyList<RecordResult>> WriteAsync(
        IReadOnlyList<SyncRecord> records,
        CancellationToken cancellationToken
    )
    {
        var results = new RecordResult[records.Count];
        var channel = await connections.Channels.RentAsync(cancellationToken);
        var isClean = false;
        try
        {
            for (var index = 0; index < records.Count; )
            {
                using var request = new RequestBuffer();
                var sent = new List<(int Index, int Answers)>();
                for (; index < records.Count && request.Length < BytesAtOnce && sent.Count < KeysAtOnce; index++)
                {
                    try
                    {
                        sent.Add((index, Add(request, records[index])));
                    }
                    catch (ConnectorException refusal)
                    {
                        results[index] = RecordResult.Failed(refusal);
                    }
                }

                await ExchangeAsync(channel, request, sent, results, cancellationToken);
            }

            isClean = true;
            return results;
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

    /// <summary>Adds the commands of a record, all or none.</summary>
    private static int Add(RequestBuffer request, SyncRecord record)
    {
        var key = KeyId.Parse(record.Id);
        if (record.IsDeleted)
        {
            return KeyCommands.Delete(request, key);
        }

        return record.Content is null
            ? KeyCommands.Replace(request, key, KeyContent.Read(record.Data))
            : throw ConnectorException.Invalid("recordId", "has content, which no key takes");
    }

    private async Task ExchangeAsync(
        RespChannel channel,
        RequestBuffer request,
        List<(int Index, int Answers)> sent,
        RecordResult[] results,
        CancellationToken cancellationToken
    )
    {
        // Written while the answers are read: many large commands fill the buffers of both sides otherwise.
        var writing = channel.SendAsync(request, cancellationToken).AsTask();
        try
        {
            foreach (var (index, answers) in sent)
            {
                if (await FindErrorAsync(channel, answers, cancellationToken) is { } error)
                {
                    results[index] = error.Kind == ErrorKind.InvalidArgument ? RecordResult.Failed(error) : throw error;
                }
            }
        }
        catch
        {
            channel.Abort();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await writing;
    }

    /// <summary>Reads the answers to a record's commands.</summary>
    /// <returns>The first error; it tells more than that the transaction was given up for it.</returns>
    private async Task<ConnectorException?> FindErrorAsync(
        RespChannel channel,
        int answers,
        CancellationToken cancellationToken
    )
    {
        var error = default(ConnectorException);
        for (; answers > 0; answers--)
        {
            var answer = await channel.ReadAsync(cancellationToken);
            foreach (var part in answer.Items.Prepend(answer).Where(part => part.IsError))
            {
                error ??= await connections.ErrorAsync(part, "records");
            }
        }

        return error;
    }
}
