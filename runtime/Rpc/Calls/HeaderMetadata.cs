using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>HTTP headers as metadata and back. Keys in "-bin" carry bytes as base64.</summary>
public static class HeaderMetadata
{
    public static Metadata Read(IHeaderDictionary headers, ErrorLanguage language = ErrorLanguage.English)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var metadata = new Metadata();
        foreach (var (key, values) in headers)
        {
            if (BelongsToTransport(key) || !IsMetadataKey(key))
            {
                continue;
            }
            foreach (var value in values)
            {
                if (value is null)
                {
                    continue;
                }
                if (key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
                {
                    AddBytes(metadata, key, value, language);
                }
                else
                {
                    metadata.Add(key, value);
                }
            }
        }
        return metadata;
    }

    /// <summary>The value as it stands in a header or trailer.</summary>
    public static string Format(Metadata.Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;
    }

    public static void AddTo(IHeaderDictionary headers, Metadata metadata)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(metadata);
        for (var i = 0; i < metadata.Count; i++)
        {
            headers.Append(metadata[i].Key, Format(metadata[i]));
        }
    }

    // Comma-joined values of one key are what HTTP allows intermediaries to make of repeated headers.
    private static void AddBytes(Metadata metadata, string key, string value, ErrorLanguage language)
    {
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryDecode(part, out var bytes))
            {
                throw RichStatus
                    .Create(RpcErrors.InvalidRequest, language)
                    .About(key.ToLowerInvariant(), "must be base64")
                    .ToException();
            }
            metadata.Add(key, bytes);
        }
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        var padded = (text.Length % 4) switch
        {
            2 => text + "==",
            3 => text + "=",
            _ => text,
        };
        bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out var length))
        {
            return false;
        }
        Array.Resize(ref bytes, length);
        return true;
    }

    private static bool BelongsToTransport(string key) =>
        key.Length switch
        {
            0 => true,
            2 => key.Equals("te", StringComparison.OrdinalIgnoreCase),
            12 => key.Equals("content-type", StringComparison.OrdinalIgnoreCase)
                || key.Equals(GrpcTimeout.Header, StringComparison.OrdinalIgnoreCase),
            13 => key.Equals("grpc-encoding", StringComparison.OrdinalIgnoreCase),
            20 => key.Equals("grpc-accept-encoding", StringComparison.OrdinalIgnoreCase),
            _ => key[0] == ':',
        };

    // HTTP allows more characters in a header's name than metadata does.
    private static bool IsMetadataKey(string key)
    {
        foreach (var character in key)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-' or '.'))
            {
                return false;
            }
        }
        return key.Length > 0;
    }
}
