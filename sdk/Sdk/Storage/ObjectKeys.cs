using System.Text;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>
/// Keys as callers know them, and keys at the provider: the same behind the integration's prefix. A key that could leave the prefix
/// on its way, because something between here and the provider resolves dots or joins slashes, is refused.
/// </summary>
/// <param name="prefix">What every key at the provider begins with: empty, or a folder that ends in a slash.</param>
public sealed class ObjectKeys(string prefix)
{
    private const int LongestKey = 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What every key at the provider begins with.</summary>
    public string Prefix => prefix;

    /// <summary>Reads the setting <c>prefix</c>.</summary>
    /// <param name="setting">A folder, with or without a slash at its end; null or empty for none.</param>
    /// <returns>Empty, or a folder that ends in a slash.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>config.prefix</c>: no folder.</exception>
    public static string ReadPrefix(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
        {
            return "";
        }

        var folder = setting.EndsWith('/') ? setting[..^1] : setting;
        return Fault(folder) is { } fault ? throw ConnectorException.Invalid("config.prefix", fault) : folder + "/";
    }

    /// <summary>The key at the provider.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="field">Name of the input, for the error.</param>
    /// <returns>The key behind the prefix, at most 1024 UTF-8 bytes.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>: it is no key, or too long.</exception>
    public string ToStored(string key, string field = "path") =>
        Fault(key) is { } fault ? throw ConnectorException.Invalid(field, fault)
        : Length(prefix) + Length(key) > LongestKey
            ? throw ConnectorException.Invalid(field, "is too long behind the integration's prefix")
        : prefix + key;

    /// <summary>The folder at the provider.</summary>
    /// <param name="folder">The caller's folder: empty, or ending in a slash.</param>
    /// <returns>The folder behind the prefix.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>path</c>: it is no folder.</exception>
    public string ToStoredFolder(string folder) =>
        folder.Length == 0 ? prefix
        : folder.EndsWith('/') ? ToStored(folder[..^1]) + "/"
        : throw ConnectorException.Invalid("path", "must be a folder");

    /// <summary>The caller's key for one at the provider.</summary>
    /// <param name="stored">The key at the provider.</param>
    /// <returns>
    /// The key; null for what no caller could ask for: placeholders of folders (<c>photos/</c>), and keys with empty or dotted
    /// segments, backslashes or control characters, which other programs may have stored.
    /// </returns>
    public string? FromStored(string stored) =>
        stored.StartsWith(prefix, StringComparison.Ordinal)
        && Fault(stored[prefix.Length..]) is null
        && Length(stored) <= LongestKey
            ? stored[prefix.Length..]
            : null;

    private static string? Fault(string key)
    {
        if (key.Length == 0)
        {
            return "must not be empty";
        }

        if (Length(key) is not (>= 0 and <= LongestKey))
        {
            return Length(key) < 0 ? "is not valid Unicode" : "must not be longer than 1024 bytes";
        }

        return key.Split('/').Select(SegmentFault).FirstOrDefault(fault => fault is not null);
    }

    private static string? SegmentFault(string segment) =>
        segment switch
        {
            "" => "must not start or end with '/' or contain '//'",
            "." or ".." => "must not contain '.' or '..' as a segment",
            _ when segment.Contains('\\', StringComparison.Ordinal) => "must not contain a backslash",
            _ when segment.Any(char.IsControl) => "must not contain control characters",
            _ => null,
        };

    private static int Length(string text)
    {
        try
        {
            return Utf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }
}
