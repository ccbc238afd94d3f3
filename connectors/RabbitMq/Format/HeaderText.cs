using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Yyc3.Connectors.RabbitMq.Format;

/// <summary>The text of a header's value, whatever type another program gave it.</summary>
internal static class HeaderText
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Texts as they are, numbers and times in the invariant form, lists and tables as JSON, other bytes as Base64.</summary>
    public static string Of(object? value)
    {
        if (value is not (IDictionary<string, object?> or IList) || value is byte[])
        {
            return Scalar(value);
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Scalar(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            byte[] bytes => Text(bytes),
            bool flag => flag ? "true" : "false",
            AmqpTimestamp time => Time(time),
            BinaryTableValue binary => Convert.ToBase64String(binary.Bytes ?? []),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case IDictionary<string, object?> table:
                writer.WriteStartObject();
                foreach (var (name, item) in table)
                {
                    writer.WritePropertyName(name);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            case byte[] or string:
                writer.WriteStringValue(Scalar(value));
                break;
            case IList list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(Scalar(value));
                break;
        }
    }

    private static string Text(byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(bytes);
        }
    }

    private static string Time(AmqpTimestamp time) =>
        MessageTime.Find(time)?.ToString("O", CultureInfo.InvariantCulture)
        ?? time.UnixTime.ToString(CultureInfo.InvariantCulture);
}
