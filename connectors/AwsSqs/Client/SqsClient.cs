using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.AwsSqs.Messages;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>The operations of the service that the connector uses, one method each. Thread-safe.</summary>
internal sealed class SqsClient(ConnectorContext context, AwsSqsOptions options) : IDisposable
{
    private const string EntryPrefix = "m";

    private readonly SqsHttp _http = new(context, options);

    /// <summary>Calls that are answered at once.</summary>
    public CallGate Calls { get; } = new(options.MaxConnections);

    /// <summary>Receivers; they wait, and must not keep the others from their places.</summary>
    public CallGate Polls { get; } = new(options.MaxConnections);

    /// <summary>Asks for something harmless.</summary>
    public Task PingAsync(CancellationToken cancellationToken) =>
        CallAsync("ListQueues", writer => writer.WriteNumber("MaxResults", 1), static _ => true, cancellationToken);

    public Task<string> GetQueueUrlAsync(string name, string? account, CancellationToken cancellationToken) =>
        CallAsync(
            "GetQueueUrl",
            writer =>
            {
                writer.WriteString("QueueName", name);
                if (account is not null)
                {
                    writer.WriteString("QueueOwnerAWSAccountId", account);
                }
            },
            static answer => answer.GetProperty("QueueUrl").GetString()!,
            cancellationToken
        );

    public Task<string> CreateQueueAsync(
        string name,
        IReadOnlyDictionary<string, string> attributes,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            "CreateQueue",
            writer =>
            {
                writer.WriteString("QueueName", name);
                writer.WriteStartObject("Attributes");
                foreach (var (attribute, value) in attributes)
                {
                    writer.WriteString(attribute, value);
                }

                writer.WriteEndObject();
            },
            static answer => answer.GetProperty("QueueUrl").GetString()!,
            cancellationToken
        );

    /// <summary>One attribute of a queue; null when it is not set.</summary>
    public Task<string?> GetAttributeAsync(string url, string attribute, CancellationToken cancellationToken) =>
        CallAsync(
            "GetQueueAttributes",
            writer =>
            {
                writer.WriteString("QueueUrl", url);
                writer.WriteStartArray("AttributeNames");
                writer.WriteStringValue(attribute);
                writer.WriteEndArray();
            },
            answer =>
                SqsAnswer.Find(answer, "Attributes") is { } attributes
                    ? SqsAnswer.Find(attributes, attribute)?.GetString()
                    : null,
            cancellationToken
        );

    /// <summary>Sends one message.</summary>
    /// <returns>Its id.</returns>
    public Task<string> SendAsync(string url, WireMessage message, CancellationToken cancellationToken) =>
        CallAsync(
            "SendMessage",
            writer =>
            {
                writer.WriteString("QueueUrl", url);
                message.WriteTo(writer);
            },
            static answer => answer.GetProperty("MessageId").GetString()!,
            cancellationToken,
            message.Size
        );

    /// <summary>Sends up to ten messages.</summary>
    public Task<BatchEntry[]> SendAsync(
        string url,
        IReadOnlyList<WireMessage> messages,
        CancellationToken cancellationToken
    ) =>
        BatchAsync(
            "SendMessageBatch",
            url,
            messages.Count,
            (writer, index) => messages[index].WriteTo(writer),
            cancellationToken,
            messages.Sum(message => message.Size)
        );

    /// <summary>Deletes up to ten messages.</summary>
    public Task<BatchEntry[]> DeleteAsync(
        string url,
        IReadOnlyList<string> handles,
        CancellationToken cancellationToken
    ) =>
        BatchAsync(
            "DeleteMessageBatch",
            url,
            handles.Count,
            (writer, index) => writer.WriteString("ReceiptHandle", handles[index]),
            cancellationToken
        );

    /// <summary>Sets for up to ten messages when they come back.</summary>
    public Task<BatchEntry[]> ChangeVisibilityAsync(
        string url,
        IReadOnlyList<string> handles,
        int seconds,
        CancellationToken cancellationToken
    ) =>
        BatchAsync(
            "ChangeMessageVisibilityBatch",
            url,
            handles.Count,
            (writer, index) =>
            {
                writer.WriteString("ReceiptHandle", handles[index]);
                writer.WriteNumber("VisibilityTimeout", seconds);
            },
            cancellationToken
        );

    /// <summary>Leases messages; the caller has a place among <see cref="Polls"/>.</summary>
    /// <param name="url">The queue.</param>
    /// <param name="count">Most messages, 1 to 10.</param>
    /// <param name="waitSeconds">How long the service waits for the first, 0 to 20.</param>
    /// <param name="leaseSeconds">How long it keeps them from others.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<List<ReceivedMessage>> ReceiveAsync(
        string url,
        int count,
        int waitSeconds,
        int leaseSeconds,
        CancellationToken cancellationToken
    ) =>
        _http.CallAsync(
            "ReceiveMessage",
            writer =>
            {
                writer.WriteString("QueueUrl", url);
                writer.WriteNumber("MaxNumberOfMessages", count);
                writer.WriteNumber("WaitTimeSeconds", waitSeconds);
                writer.WriteNumber("VisibilityTimeout", leaseSeconds);
                writer.WriteStartArray("MessageAttributeNames");
                writer.WriteStringValue("All");
                writer.WriteEndArray();
                writer.WriteStartArray("MessageSystemAttributeNames");
                writer.WriteStringValue("ApproximateReceiveCount");
                writer.WriteStringValue("MessageGroupId");
                writer.WriteStringValue("SentTimestamp");
                writer.WriteEndArray();
            },
            SqsAnswer.ReadMessages,
            cancellationToken
        );

    public void Dispose()
    {
        _http.Dispose();
        Calls.Dispose();
        Polls.Dispose();
    }

    private Task<BatchEntry[]> BatchAsync(
        string operation,
        string url,
        int count,
        Action<Utf8JsonWriter, int> entry,
        CancellationToken cancellationToken,
        int size = 0
    ) =>
        CallAsync(
            operation,
            writer =>
            {
                writer.WriteString("QueueUrl", url);
                writer.WriteStartArray("Entries");
                for (var index = 0; index < count; index++)
                {
                    writer.WriteStartObject();
                    writer.WriteString("Id", EntryPrefix + index.ToString(CultureInfo.InvariantCulture));
                    entry(writer, index);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            },
            answer => SqsAnswer.ReadEntries(answer, count, EntryPrefix.Length),
            cancellationToken,
            size
        );

    private async Task<T> CallAsync<T>(
        string operation,
        Action<Utf8JsonWriter> parameters,
        Func<JsonElement, T> read,
        CancellationToken cancellationToken,
        int size = 0
    )
    {
        await Calls.EnterAsync(Timeout.InfiniteTimeSpan, cancellationToken);
        try
        {
            return await _http.CallAsync(operation, parameters, read, cancellationToken, size);
        }
        finally
        {
            Calls.Leave();
        }
    }
}
