using System.Buffers;
using System.Text;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Storage;

/// <summary>
/// Paths as users write them (<c>/documents/report.pdf</c>) and keys as connectors take them (without the slash). One path
/// names one object: everything that a provider could read as another path is refused.
/// </summary>
internal static class FilePath
{
    private const int MostBytes = 1024;

    /// <summary>The key of a file.</summary>
    /// <exception cref="FaultException">The path is unsafe, or names no file.</exception>
    public static string ToKey(string field, string path)
    {
        var key = path.StartsWith('/') ? path[1..] : path;
        if (key.Length == 0 || key.EndsWith('/'))
        {
            throw Fault.Invalid(field, "must name a file");
        }

        Check(field, key);
        return key;
    }

    /// <summary>The prefix of a folder: empty for the top, else ending in a slash.</summary>
    /// <exception cref="FaultException">The path is unsafe.</exception>
    public static string ToPrefix(string field, string path)
    {
        var prefix = path.StartsWith('/') ? path[1..] : path;
        prefix = prefix.EndsWith('/') ? prefix[..^1] : prefix;
        if (prefix.Length == 0)
        {
            return "";
        }

        Check(field, prefix);
        return prefix + "/";
    }

    /// <summary>The key of a file given as folder and name.</summary>
    public static string ToKey(string folder, string name, string folderField, string nameField)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw Fault.Invalid(nameField, "must not contain a slash; the folder belongs into path");
        }

        var prefix = ToPrefix(folderField, folder);
        Check(nameField, name);
        var key = prefix + name;
        return Encoding.UTF8.GetByteCount(key) <= MostBytes
            ? key
            : throw Fault.Invalid(folderField, $"must be at most {MostBytes} bytes with the name");
    }

    public static string FromKey(string key) => "/" + key;

    public static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];

    private static void Check(string field, string key)
    {
        if (Encoding.UTF8.GetByteCount(key) > MostBytes)
        {
            throw Fault.Invalid(field, $"must be at most {MostBytes} bytes");
        }

        foreach (var c in key)
        {
            if (char.IsControl(c))
            {
                throw Fault.Invalid(field, "must not contain control characters");
            }

            if (c == '\\')
            {
                throw Fault.Invalid(field, "must not contain a backslash");
            }
        }

        if (!IsWellFormed(key))
        {
            throw Fault.Invalid(field, "is not valid Unicode");
        }

        foreach (var part in key.Split('/'))
        {
            var reason = part switch
            {
                "" => "must not contain empty parts",
                "." or ".." => $"must not contain '{part}'",
                _ => null,
            };
            if (reason is not null)
            {
                throw Fault.Invalid(field, reason);
            }
        }

        if (PathDisguise.IsIn(key))
        {
            throw Fault.Invalid(field, "must not contain an encoded slash, backslash, control character, '.' or '..'");
        }
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }
}
