using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>Writes the values of rows as records have them. Used by one thread at a time.</summary>
internal sealed class RowJson : IDisposable
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true };
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    public RowJson() => _json = new Utf8JsonWriter(_buffer, Plain);

    /// <summary>One row as an object; the columns' names are in ordinal order.</summary>
    public byte[] Write(RowReader row, IReadOnlyList<JsonEncodedText> names, int first)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        for (var index = 0; index < names.Count; index++)
        {
            _json.WritePropertyName(names[index]);
            Write(row.GetValue(first + index));
        }

        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    /// <summary>The id of a record: the value of its one key column as text, or a JSON array of several.</summary>
    public static string Id(IReadOnlyList<DbValue> key) =>
        key.Count == 1
            ? Text(key[0])
            : JsonSerializer.Serialize(key.Select(Text).ToArray(), KeyJson.Default.StringArray);

    public void Dispose() => _json.Dispose();

    private void Write(DbValue value)
    {
        switch (value.Kind)
        {
            case DbValueKind.Null:
                _json.WriteNullValue();
                break;
            case DbValueKind.Boolean:
                _json.WriteBooleanValue(value.AsBoolean());
                break;
            case DbValueKind.Int64:
                _json.WriteNumberValue(value.AsInt64());
                break;
            case DbValueKind.Double when double.IsFinite(value.AsDouble()):
                _json.WriteNumberValue(value.AsDouble());
                break;
            case DbValueKind.Decimal when IsNumber(value.AsText()):
            case DbValueKind.Json:
                _json.WriteRawValue(value.AsText(), skipInputValidation: true);
                break;
            case DbValueKind.Bytes:
                _json.WriteBase64StringValue(value.AsBytes());
                break;
            default:
                _json.WriteStringValue(Text(value));
                break;
        }
    }

    /// <summary>NaN and the infinities of numeric types are none.</summary>
    private static bool IsNumber(string text) =>
        text.Length > 0
        && (char.IsAsciiDigit(text[0]) || (text[0] == '-' && text.Length > 1 && char.IsAsciiDigit(text[1])));

    private static string Text(DbValue value) =>
        value.Kind switch
        {
            DbValueKind.Timestamp => value
                .AsTimestamp()
                .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
            DbValueKind.Bytes => Convert.ToBase64String(value.AsBytes()),
            _ => value.ToString(),
        };
}
