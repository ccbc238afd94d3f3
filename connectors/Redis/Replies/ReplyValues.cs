using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis.Replies;

/// <summary>Turns values of answers into values of rows.</summary>
internal static class ReplyValues
{
    // The text is a value, never put into a page as it is; other writing would only make it longer.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the value of a row; what is nested becomes JSON.</summary>
    public static DbValue Of(RespValue value) =>
        value.Type switch
        {
            RespType.Null => DbValue.Null,
            RespType.Integer => DbValue.From(value.Number),
            RespType.Boolean => DbValue.From(value.Number != 0),
            RespType.Double => DbValue.From(value.Double),
            RespType.BigNumber => DbValue.FromDecimal(value.Text!),
            RespType.Array or RespType.Set or RespType.Map => DbValue.FromJson(Json(value)),
            _ => value.Bytes is { } bytes ? DbValue.From(bytes) : DbValue.From(value.Text ?? ""),
        };

    private static string Json(RespValue value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            Write(json, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Write(Utf8JsonWriter json, RespValue value)
    {
        switch (value.Type)
        {
            case RespType.Null:
                json.WriteNullValue();
                break;
            case RespType.Integer:
                json.WriteNumberValue(value.Number);
                break;
            case RespType.Boolean:
                json.WriteBooleanValue(value.Number != 0);
                break;
            case RespType.Double when double.IsFinite(value.Double):
                json.WriteNumberValue(value.Double);
                break;
            case RespType.Double:
                json.WriteStringValue(value.Double.ToString(CultureInfo.InvariantCulture));
                break;
            case RespType.BigNumber:
                json.WriteRawValue(value.Text!, skipInputValidation: true);
                break;
            case RespType.Map:
                WriteMap(json, value.Items);
                break;
            case RespType.Array or RespType.Set:
                json.WriteStartArray();
                foreach (var item in value.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }

    private static void WriteMap(Utf8JsonWriter json, RespValue[] items)
    {
        json.WriteStartObject();
        for (var index = 0; index + 1 < items.Length; index += 2)
        {
            json.WritePropertyName(items[index].IsAggregate ? Json(items[index]) : Text(items[index]));
            Write(json, items[index + 1]);
        }

        json.WriteEndObject();
    }

    /// <summary>A text; bytes that are none as Base64.</summary>
    private static string Text(RespValue value) =>
        value.Bytes is { } bytes ? Convert.ToBase64String(bytes)
        : value.Type is RespType.Integer or RespType.Double or RespType.Boolean ? Of(value).ToString()
        : value.Text ?? "";
}
