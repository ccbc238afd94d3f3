using System.Globalization;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>Makes a key the fields of a record.</summary>
internal static class KeyFields
{
    private static readonly long LastMoment = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Writes them, names in ordinal order, and what has no order in the order of its texts.</summary>
    public static byte[] Write(KeyState key)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var isBinary = IsBinary(key.Value);
            json.WriteStartObject();
            json.WriteString("encoding", isBinary ? "base64" : "text");
            json.WritePropertyName("expiresAt");
            if (key.ExpiresAt is >= 0 and var expiry && expiry <= LastMoment)
            {
                json.WriteStringValue(
                    DateTimeOffset
                        .FromUnixTimeMilliseconds(expiry)
                        .ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
                );
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteString("key", key.Id);
            json.WriteString("type", key.Type);
            json.WritePropertyName("value");
            Value(json, key.Type, key.Value, value => Text(value, isBinary));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Value(Utf8JsonWriter json, string type, RespValue value, Func<RespValue, string> text)
    {
        switch (type)
        {
            case "string":
                json.WriteStringValue(text(value));
                break;
            case "list":
                Array(json, value.Items.Select(text));
                break;
            case "set":
                Array(json, value.Items.Select(text).Order(StringComparer.Ordinal));
                break;
            case "hash":
                json.WriteStartObject();
                foreach (var pair in Pairs(value.Items).OrderBy(pair => text(pair.First), StringComparer.Ordinal))
                {
                    json.WriteString(text(pair.First), text(pair.Second));
                }

                json.WriteEndObject();
                break;
            case "zset":
                json.WriteStartArray();
                foreach (var (member, score) in Pairs(Flat(value.Items)))
                {
                    json.WriteStartObject();
                    json.WriteString("member", text(member));
                    json.WritePropertyName("score");
                    Score(json, score);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void Array(Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Score(Utf8JsonWriter json, RespValue value)
    {
        var score = value.Type == RespType.Double ? value.Double : Parse(value.Text);
        if (double.IsFinite(score))
        {
            json.WriteNumberValue(score);
        }
        else
        {
            json.WriteStringValue(score.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Version 2 of the protocol has no numbers with a point.</summary>
    private static double Parse(string? text) =>
        text switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new RespProtocolException("A score is no number."),
        };

    /// <summary>Version 3 of the protocol has a pair for each member, version 2 one after the other.</summary>
    private static RespValue[] Flat(RespValue[] items) =>
        items is [{ IsAggregate: true }, ..] ? [.. items.SelectMany(item => item.Items)] : items;

    private static IEnumerable<(RespValue First, RespValue Second)> Pairs(RespValue[] items)
    {
        for (var index = 0; index + 1 < items.Length; index += 2)
        {
            yield return (items[index], items[index + 1]);
        }
    }

    private static bool IsBinary(RespValue value) => value.Bytes is not null || value.Items.Any(IsBinary);

    private static string Text(RespValue value, bool isBinary) =>
        !isBinary ? value.Text ?? "" : Convert.ToBase64String(value.Bytes ?? Encoding.UTF8.GetBytes(value.Text ?? ""));
}
