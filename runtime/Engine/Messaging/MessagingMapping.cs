using System.Collections.ObjectModel;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Messaging.V1;
using Yyc3.Connectors.Sdk.Messaging;
using MessageDelivery = Yyc3.Connectors.Sdk.Messaging.Delivery;
using ProtoOutcome = Yyc3.Connectors.Contracts.Messaging.V1.SettleOutcome;
using SettleOutcome = Yyc3.Connectors.Sdk.Messaging.SettleOutcome;

namespace Yyc3.Connectors.Runtime.Messaging;

/// <summary>Messages between the contracts and the SDK.</summary>
internal static class MessagingMapping
{
    public const string Json = "application/json";
    public const string DefaultGroup = "default";

    public static OutgoingMessage ToMessage(
        ByteString body,
        string contentType,
        SendOptions? options,
        string? deduplicationKey
    ) =>
        new(body.Memory)
        {
            ContentType = contentType.Length > 0 ? contentType : Json,
            Key = options is { HasKey: true } ? options.Key : null,
            Partition = options is { HasPartition: true } ? options.Partition : null,
            // Not []: that would be a new MapField.
            Headers = options?.Headers ?? (IReadOnlyDictionary<string, string>)ReadOnlyDictionary<string, string>.Empty,
            DeduplicationKey = deduplicationKey,
        };

    public static SentMessage ToProto(string topic, SendReceipt receipt)
    {
        var sent = new SentMessage
        {
            MessageId = receipt.MessageId,
            Topic = topic,
            Timestamp = receipt.Timestamp.ToTimestamp(),
        };
        if (receipt.Partition is { } partition)
        {
            sent.Partition = partition;
        }

        if (receipt.Offset is { } offset)
        {
            sent.Offset = offset;
        }

        return sent;
    }

    /// <summary>What a receiver is shown; receipts only where it is the one to settle.</summary>
    public static ReceivedMessage ToProto(MessageDelivery delivery, bool isManual)
    {
        var message = new ReceivedMessage
        {
            MessageId = delivery.MessageId,
            Topic = delivery.Topic,
            Value = UnsafeByteOperations.UnsafeWrap(delivery.Body),
            Timestamp = delivery.Timestamp.ToTimestamp(),
            ContentType = string.Equals(delivery.ContentType, Json, StringComparison.OrdinalIgnoreCase)
                ? ""
                : delivery.ContentType,
        };
        if (delivery.Partition is { } partition)
        {
            message.Partition = partition;
        }

        if (delivery.Offset is { } offset)
        {
            message.Offset = offset;
        }

        if (delivery.Key is { } key)
        {
            message.Key = key;
        }

        foreach (var (name, value) in delivery.Headers)
        {
            message.Headers[name] = value;
        }

        if (isManual)
        {
            message.ReceiptHandle = delivery.Receipt;
            message.DeliveryCount = delivery.DeliveryCount;
        }

        return message;
    }

    public static IEnumerable<SettleResult> ToProto(
        IReadOnlyList<string> receipts,
        IReadOnlyList<SettleOutcome> outcomes
    ) =>
        receipts.Zip(
            outcomes,
            (receipt, outcome) => new SettleResult { ReceiptHandle = receipt, Outcome = ToProto(outcome) }
        );

    private static ProtoOutcome ToProto(SettleOutcome outcome) =>
        outcome switch
        {
            SettleOutcome.Done => ProtoOutcome.Done,
            SettleOutcome.Expired => ProtoOutcome.Expired,
            _ => ProtoOutcome.Unknown,
        };
}
