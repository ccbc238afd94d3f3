using System.Text;

namespace Yyc3.Connectors.LocalQueue.Format;

/// <summary>Headers as stored: a count, then names and values, each with its length. Nothing is stored for none.</summary>
internal static class HeaderCodec
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static byte[] Encode(IReadOnlyDictionary<string, string> headers)
    {
        if (headers.Count == 0)
        {
            return [];
        }

        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Utf8);
        writer.Write7BitEncodedInt(headers.Count);
        foreach (var (name, value) in headers)
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Flush();
        return buffer.ToArray();
    }

    public static Dictionary<string, string> Decode(byte[] encoded)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (encoded.Length == 0)
        {
            return headers;
        }

        using var reader = new BinaryReader(new MemoryStream(encoded), Utf8);
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            headers[reader.ReadString()] = reader.ReadString();
        }

        return headers;
    }
}
