using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Yyc3.Connectors.AwsSqs.Client;
using Yyc3.Connectors.AwsSqs.Faults;
using Yyc3.Connectors.AwsSqs.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsSqs.Queues;

/// <summary>Makes queues, each with one for its dead letters.</summary>
internal sealed partial class QueueMaker(SqsClient client, AwsSqsOptions options, ILogger logger)
{
    /// <summary>The longest the service keeps a message: dead letters wait for a person.</summary>
    private const string DeadLetterRetention = "1209600";

    /// <summary>Asks for a queue's URL.</summary>
    /// <returns>The URL, or null when there is no such queue.</returns>
    public async Task<string?> FindUrlAsync(string name, string? account, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetQueueUrlAsync(name, account, cancellationToken);
        }
        catch (ConnectorException fault) when (AwsSqsErrors.IsQueueNotFound(fault))
        {
            return null;
        }
    }

    /// <summary>Makes a queue that is not there.</summary>
    /// <returns>Its URL.</returns>
    public async Task<string> MakeAsync(QueueTopic topic, CancellationToken cancellationToken)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (topic.IsDeadLetters)
        {
            attributes["MessageRetentionPeriod"] = DeadLetterRetention;
        }
        else
        {
            attributes["RedrivePolicy"] = await MakeRedrivePolicyAsync(topic.DeadLetters, cancellationToken);
        }

        if (topic.IsFifo)
        {
            attributes["FifoQueue"] = "true";
        }

        string url;
        try
        {
            url = await client.CreateQueueAsync(topic.Name, attributes, cancellationToken);
        }
        catch (ConnectorException fault)
            when (string.Equals(fault.Code, AwsSqsErrors.QueueExists, StringComparison.Ordinal))
        {
            // Somebody else made it in between, in another way.
            return await client.GetQueueUrlAsync(topic.Name, account: null, cancellationToken);
        }

        LogMade(logger, topic.Name);
        return url;
    }

    private async Task<string> MakeRedrivePolicyAsync(QueueTopic deadLetters, CancellationToken cancellationToken)
    {
        if (!deadLetters.IsValid)
        {
            throw ConnectorException.Invalid(
                "topic",
                "is too long: its dead letter queue's name may have 80 characters"
            );
        }

        var url =
            await FindUrlAsync(deadLetters.Name, account: null, cancellationToken)
            ?? await MakeAsync(deadLetters, cancellationToken);
        var resource =
            await client.GetAttributeAsync(url, "QueueArn", cancellationToken) ?? throw AwsSqsErrors.NotFound();
        return WriteRedrivePolicy(resource);
    }

    private string WriteRedrivePolicy(string resource)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("deadLetterTargetArn", resource);
        writer.WriteString("maxReceiveCount", options.MaxDeliveries.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [LoggerMessage(1, LogLevel.Information, "Queue {Name} was made.")]
    private static partial void LogMade(ILogger logger, string name);
}
