using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.AwsSqs.Messages;

namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>Reads the service's answers. What does not fit is thrown and named by <see cref="SqsHttp"/>.</summary>
internal static class SqsAnswer
{
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static JsonElement? Find(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    /// <summary>The entries of a batch by their place in it.</summary>
    public static BatchEntry[] ReadEntries(JsonElement answer, int count, int idPrefixLength)
    {
        // An entry the answer passes over counts as failed at the service's side.
        var entries = new BatchEntry[count];
        Array.Fill(entries, new BatchEntry(null, "InternalError", IsSenderFault: false));
        foreach (var entry in Items(answer, "Successful"))
        {
            entries[Place(entry)] = new BatchEntry(Find(entry, "MessageId")?.GetString(), null, IsSenderFault: false);
        }

        foreach (var entry in Items(answer, "Failed"))
        {
            entries[Place(entry)] = new BatchEntry(
                null,
                Find(entry, "Code")?.GetString() ?? "",
                Find(entry, "SenderFault") is { ValueKind: JsonValueKind.True }
            );
        }

        return entries;

        int Place(JsonElement entry)
        {
            var id = entry.GetProperty("Id").GetString()!;
            var place =
                id.Length > idPrefixLength
                && int.TryParse(
                    id.AsSpan(idPrefixLength),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var found
                )
                    ? found
                    : -1;
            return place >= 0 && place < count ? place : throw new FormatException("An entry that was not sent.");
        }
    }

    public static List<ReceivedMessage> ReadMessages(JsonElement answer) =>
        [.. Items(answer, "Messages").Select(ReadMessage)];

    private static ReceivedMessage ReadMessage(JsonElement json)
    {
        var system = Find(json, "Attributes") ?? default;
        return new ReceivedMessage(
            json.GetProperty("MessageId").GetString()!,
            json.GetProperty("ReceiptHandle").GetString()!,
            new WireMessage(
                Encoding.UTF8.GetBytes(Find(json, "Body")?.GetString() ?? ""),
                ReadAttributes(Find(json, "MessageAttributes"))
            )
            {
                GroupId = Find(system, "MessageGroupId")?.GetString(),
            },
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(Number(system, "SentTimestamp") ?? 0, LatestTime)),
            (int)Math.Clamp(Number(system, "ApproximateReceiveCount") ?? 1, 1, int.MaxValue)
        );
    }

    private static WireAttribute[] ReadAttributes(JsonElement? attributes) =>
        attributes is { } json ? [.. json.EnumerateObject().Select(ReadAttribute)] : [];

    private static WireAttribute ReadAttribute(JsonProperty attribute)
    {
        var type = attribute.Value.GetProperty("DataType").GetString()!;
        var value = Find(attribute.Value, "StringValue") ?? Find(attribute.Value, "BinaryValue");
        return new WireAttribute(attribute.Name, type, value?.GetString() ?? "");
    }

    private static long? Number(JsonElement json, string name) =>
        long.TryParse(Find(json, name)?.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        Find(json, name) is { } list ? list.EnumerateArray() : default;
}
