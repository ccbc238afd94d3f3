using System.Buffers;
using System.Text;

namespace Yyc3.Connectors.Rpc.Server;

/// <summary>The spelling of grpc-message: printable ASCII stays, every other byte of the UTF-8 becomes %XX.</summary>
internal static class PercentEncoding
{
    private const string Hex = "0123456789ABCDEF";
    private static readonly SearchValues<char> Plain = SearchValues.Create([
        .. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(character => character != '%'),
    ]);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }
        var encoded = new StringBuilder(text.Length * 2);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)unit))
            {
                encoded.Append((char)unit);
            }
            else
            {
                encoded.Append('%').Append(Hex[unit >> 4]).Append(Hex[unit & 0xF]);
            }
        }
        return encoded.ToString();
    }
}
