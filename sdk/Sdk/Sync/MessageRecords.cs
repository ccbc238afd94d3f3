using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Sdk.Sync;

/// <summary>
/// A message per record, to the topic named as the resource: the fields are its body, the id is its key. Deleted records are
/// told by the header <c>record-deleted</c>. A batch that is written again after a crash is sent again, with the same
/// deduplication keys where records tell when they changed; not every provider heeds these. Thread-safe.
/// </summary>
/// <param name="sender">The provider.</param>
public sealed class MessageRecords(IMessageSender sender) : IRecordSink
{
    /// <summary>Header with the record's id.</summary>
    public const string IdHeader = "record-id";

    /// <summary>Header that is <c>true</c> when the record was deleted.</summary>
    public const string DeletedHeader = "record-deleted";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(batch);
        var results = new RecordResult[batch.Records.Count];
        var messages = new List<RecordMessage>(results.Length);
        for (var index = 0; index < results.Length; index++)
        {
            var record = batch.Records[index];
            if (record.Content is not null)
            {
                results[index] = RecordResult.Failed(
                    ConnectorException.Invalid("recordId", "has content, which no message takes")
                );
                continue;
            }

            messages.Add(RecordMessage.Of(record, index));
        }

        await SendAsync(batch.Resource, messages, results, cancellationToken);
        return results;
    }

    /// <summary>
    /// Sends all in one call. A provider that refuses one message refuses the call; halves are tried until it is alone. A provider
    /// that has taken some before it refused others, and does not say which, gets these more than once.
    /// </summary>
    private async ValueTask SendAsync(
        string topic,
        List<RecordMessage> messages,
        RecordResult[] results,
        CancellationToken cancellationToken
    )
    {
        if (messages.Count == 0)
        {
            return;
        }

        try
        {
            await sender.SendAsync(topic, messages.ConvertAll(message => message.Message), cancellationToken);
        }
        catch (ConnectorException fault) when (IsOfOne(fault))
        {
            var places = UnsentMessages.Read(fault);
            var unsent = places.Count > 0 ? places.ConvertAll(place => messages[place]) : messages;
            if (unsent.Count == 1)
            {
                results[unsent[0].Place] = RecordResult.Failed(fault);
                return;
            }

            var half = unsent.Count / 2;
            await SendAsync(topic, unsent[..half], results, cancellationToken);
            await SendAsync(topic, unsent[half..], results, cancellationToken);
        }
    }

    /// <summary>A message may be too large, or its key no text for the provider; a topic that cannot be is wrong for all.</summary>
    private static bool IsOfOne(ConnectorException fault) =>
        fault.Kind == ErrorKind.InvalidArgument
        && fault.Field != "topic"
        && fault.Field?.StartsWith("config.", StringComparison.Ordinal) != true;
}
