using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs.Files;

/// <summary>A key that names exactly one file below the root.</summary>
internal sealed class ObjectKey
{
    /// <summary>Folder of the connector's own records; at any depth, since one root may lie inside another.</summary>
    public const string SidecarName = ".yyc3";

    private const int LongestKey = 1024;
    private const int LongestSegment = 255;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly System.Buffers.SearchValues<char> WindowsForbidden = System.Buffers.SearchValues.Create(
        "<>:\"|?*"
    );

    private readonly string[] _segments;

    private ObjectKey(string text, string[] segments) => (Text, _segments) = (text, segments);

    public string Text { get; }

    public string Name => _segments[^1];

    public ReadOnlySpan<string> Folders => _segments.AsSpan(..^1);

    /// <summary>All segments, for a key that stands for a folder.</summary>
    public ReadOnlySpan<string> Segments => _segments;

    /// <summary>Name under which the sidecar keeps what belongs to the key.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    public static ObjectKey Parse(string text)
    {
        var segments = text.Split('/');
        return Fault(text, segments) is { } fault
            ? throw ConnectorException.Invalid("path", fault)
            : new ObjectKey(text, segments);
    }

    public static bool IsValid(string text) => Fault(text, text.Split('/')) is null;

    private static string? Fault(string text, string[] segments)
    {
        if (text.Length == 0)
        {
            return "must not be empty";
        }

        if (text.Length > LongestKey || Length(text) is not (> 0 and <= LongestKey))
        {
            return Length(text) < 0 ? "is not valid Unicode" : "must not be longer than 1024 bytes";
        }

        if (segments is [{ Length: 2 } drive, ..] && char.IsAsciiLetter(drive[0]) && drive[1] == ':')
        {
            return "must not start with a drive";
        }

        return segments.Select(SegmentFault).FirstOrDefault(fault => fault is not null);
    }

    private static string? SegmentFault(string segment)
    {
        if (segment.Length == 0)
        {
            return "must not start or end with '/' or contain '//'";
        }

        if (segment is "." or "..")
        {
            return "must not contain '.' or '..' as a segment";
        }

        if (segment.Contains('\\', StringComparison.Ordinal))
        {
            return "must not contain a backslash";
        }

        if (segment.Any(char.IsControl))
        {
            return "must not contain control characters";
        }

        if (Length(segment) > LongestSegment)
        {
            return "must not have a segment longer than 255 bytes";
        }

        if (string.Equals(segment, SidecarName, StringComparison.OrdinalIgnoreCase))
        {
            return "is reserved for the connector";
        }

        return OperatingSystem.IsWindows() ? WindowsFault(segment) : null;
    }

    private static string? WindowsFault(string segment)
    {
        var stem = segment.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        var isDevice =
            stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsAsciiDigit(stem[3]));
        return isDevice || segment.AsSpan().ContainsAny(WindowsForbidden) || segment[^1] is '.' or ' '
            ? "is not a name the file system can hold"
            : null;
    }

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
