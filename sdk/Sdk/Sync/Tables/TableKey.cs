using System.Globalization;
using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>The values of a key, from the id that <see cref="RowJson.Id"/> makes of them.</summary>
internal static class TableKey
{
    /// <exception cref="ConnectorException">The id has another number of parts.</exception>
    public static string[] Of(TableShape shape, string id) => Find(shape, id) ?? throw Malformed();

    /// <summary>The values; null when the id has another number of parts.</summary>
    public static string[]? Find(TableShape shape, string id)
    {
        if (shape.Key.Count == 1)
        {
            return [id];
        }

        try
        {
            var parts = JsonSerializer.Deserialize(id, KeyJson.Default.StringArray);
            return parts?.Length == shape.Key.Count ? parts : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the fields of a record hold another key than its id does, so that writing it would overwrite another row. What is
    /// written in different ways and may be the same does not count.
    /// </summary>
    public static bool Contradicts(TableShape shape, SyncRecord record)
    {
        var key = Of(shape, record.Id);
        var reader = new Utf8JsonReader(record.Data.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var part = -1;
            for (var index = 0; index < key.Length && part < 0; index++)
            {
                part = reader.ValueTextEquals(shape.Key[index].Name) ? index : -1;
            }

            reader.Read();
            if (part >= 0 && Differs(ref reader, key[part]))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool Differs(ref Utf8JsonReader value, string part) =>
        value.TokenType switch
        {
            JsonTokenType.Number => decimal.TryParse(
                part,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var expected
            )
                && value.TryGetDecimal(out var number)
                && number != expected,
            JsonTokenType.String => !value.ValueTextEquals(part) && DiffersAsText(value.GetString()!, part),
            _ => false,
        };

    private static bool DiffersAsText(string text, string part) =>
        !string.Equals(text, part, StringComparison.OrdinalIgnoreCase)
        && !(IsNumber(text, out var one) && IsNumber(part, out var other) && one == other)
        && !(IsMoment(text) && IsMoment(part));

    private static bool IsNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static bool IsMoment(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    public static ConnectorException Malformed() =>
        ConnectorException.Invalid("recordId", "must be a JSON array of the table's key values");
}
