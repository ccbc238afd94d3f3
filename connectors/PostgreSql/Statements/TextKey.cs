using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>What a text is remembered by: itself, or its hash when many such texts would fill the memory.</summary>
internal static class TextKey
{
    private const int LongestText = 1024;

    public static string Of(string text) =>
        text.Length <= LongestText
            ? text
            : "\0" + Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));
}
