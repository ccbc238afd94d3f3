using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Where the reading of a table goes on: behind a key, or behind a moment and a key.</summary>
/// <param name="Moment">Last value of the modified-at column; null when reading all, or when nothing had changed yet.</param>
/// <param name="Key">Last key; empty to begin with the moment itself and what lies shortly before it.</param>
internal sealed record TableCursor(DbValue? Moment, IReadOnlyList<DbValue> Key)
{
    public string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Moment is { } moment)
            {
                json.WritePropertyName("m");
                Write(json, moment);
            }

            json.WriteStartArray("k");
            foreach (var value in Key)
            {
                Write(json, value);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <exception cref="ConnectorException">It is not one of ours.</exception>
    public static TableCursor Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return new TableCursor(
                json.RootElement.TryGetProperty("m", out var moment) ? Read(moment) : null,
                [.. json.RootElement.GetProperty("k").EnumerateArray().Select(Read)]
            );
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or OverflowException
                        or ArgumentException
            )
        {
            throw ConnectorException.Invalid("cursor", "is not a cursor of this resource");
        }
    }

    /// <summary>A letter for the kind, then the value as text.</summary>
    private static void Write(Utf8JsonWriter json, DbValue value) =>
        json.WriteStringValue(
            value.Kind switch
            {
                DbValueKind.Null => "-",
                DbValueKind.Boolean => value.AsBoolean() ? "b1" : "b0",
                DbValueKind.Int64 => string.Create(CultureInfo.InvariantCulture, $"i{value.AsInt64()}"),
                DbValueKind.Double => string.Create(CultureInfo.InvariantCulture, $"d{value.AsDouble():R}"),
                DbValueKind.Timestamp => string.Create(
                    CultureInfo.InvariantCulture,
                    $"t{value.AsTimestamp().UtcTicks}"
                ),
                DbValueKind.Bytes => "x" + Convert.ToBase64String(value.AsBytes()),
                DbValueKind.Decimal => "n" + value.AsText(),
                _ => "s" + value.AsText(),
            }
        );

    private static DbValue Read(JsonElement json)
    {
        var text = json.GetString()!;
        var rest = text[1..];
        return text[0] switch
        {
            '-' => DbValue.Null,
            'b' => DbValue.From(rest == "1"),
            'i' => DbValue.From(long.Parse(rest, CultureInfo.InvariantCulture)),
            'd' => DbValue.From(double.Parse(rest, CultureInfo.InvariantCulture)),
            't' => DbValue.From(new DateTimeOffset(long.Parse(rest, CultureInfo.InvariantCulture), TimeSpan.Zero)),
            'x' => DbValue.From(Convert.FromBase64String(rest)),
            'n' => DbValue.FromDecimal(rest),
            's' => DbValue.From(rest),
            _ => throw new FormatException(),
        };
    }
}
