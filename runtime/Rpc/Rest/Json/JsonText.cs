using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Checks text from elsewhere before it is put into an answer as it is.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>Writes JSON as it came; line ends become blanks, so that it fits in one line of a stream.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny((byte)'\r', (byte)'\n'))
        {
            writer.WriteRawValue(text, skipInputValidation: true);
            return;
        }

        var line = text.ToArray();
        line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        writer.WriteRawValue(line, skipInputValidation: true);
    }

    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !Utf8.IsValid(text))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(text, Deep);
            while (reader.Read()) { }

            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
