using System.Text;
using System.Text.Unicode;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Redis.Records;

/// <summary>
/// A key as the id of a record: its text, or <c>base64:</c> and its bytes when it is no text, empty, or a text that would mean
/// other bytes. So each key has one id, and each id means one key.
/// </summary>
internal static class KeyId
{
    private const string Prefix = "base64:";
    private const int LongestId = 1024;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <exception cref="ConnectorException">It is longer than a record's id may be.</exception>
    public static string Format(byte[] key) =>
        Text(key) is { Length: <= LongestId } text
            ? text
            : throw new ConnectorException(
                ErrorKind.PreconditionFailed,
                "ID_TOO_LONG",
                "The database has a key that is longer than 1024 characters."
            );

    /// <exception cref="ConnectorException">It is no valid text.</exception>
    public static byte[] Parse(string id)
    {
        try
        {
            return FindBytes(id) ?? Strict.GetBytes(id);
        }
        catch (EncoderFallbackException)
        {
            throw ConnectorException.Invalid("recordId", "is not valid Unicode text");
        }
    }

    private static string Text(byte[] key)
    {
        var text = key.Length > 0 && Utf8.IsValid(key) ? Encoding.UTF8.GetString(key) : null;
        return text is not null && FindBytes(text) is null ? text : Prefix + Convert.ToBase64String(key);
    }

    /// <summary>The bytes that a text stands for; null when they are its own.</summary>
    private static byte[]? FindBytes(string id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new byte[id.Length];
        return
            Convert.TryFromBase64String(id[Prefix.Length..], bytes, out var length)
            && string.Equals(Text(bytes[..length]), id, StringComparison.Ordinal)
            ? bytes[..length]
            : null;
    }
}
