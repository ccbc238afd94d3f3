using System.Net.Http.Headers;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>How an object is stored.</summary>
public sealed record PutOptions
{
    /// <summary>Media type of the content.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>Bytes that will come; null when not known beforehand. More or fewer is an error of the caller.</summary>
    public long? ContentLength { get; init; }

    /// <summary>The caller's names and values, kept beside the object and returned unchanged.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Refuse with <see cref="ErrorKind.PreconditionFailed"/> if the key exists. Atomic among racing callers.</summary>
    public bool CreateOnly { get; init; }

    /// <summary>Encrypt at rest; undone on reading.</summary>
    public bool Encrypt { get; init; }

    /// <summary>Provider's name of the algorithm, such as <c>AES256</c>; null for its default.</summary>
    public string? EncryptionAlgorithm { get; init; }

    /// <summary>Compress at rest; undone on reading.</summary>
    public bool Compress { get; init; }

    /// <summary>Refuses another algorithm than AES256, for stores that have no other.</summary>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.InvalidArgument"/>, field <c>options.encryptionAlgorithm</c>.
    /// </exception>
    public void RequireAes256()
    {
        if (EncryptionAlgorithm is not (null or "AES256"))
        {
            throw ConnectorException.Invalid("options.encryptionAlgorithm", "must be AES256");
        }
    }

    /// <summary>Checks what every provider would refuse in its own way.</summary>
    /// <param name="mostBytes">The largest object the provider takes, before compression.</param>
    /// <param name="limit">The same for a person: <c>5 TiB</c>.</param>
    /// <returns>The same options, with the media type as it is written in a header.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.InvalidArgument"/>: <c>contentType</c> is no media type, or <c>file</c> has an impossible length
    /// (<c>OBJECT_TOO_LARGE</c> above the limit).
    /// </exception>
    public PutOptions Checked(long mostBytes, string limit)
    {
        if (ContentLength < 0)
        {
            throw ConnectorException.Invalid("file", "has a negative length");
        }

        if (ContentLength > mostBytes)
        {
            throw new ConnectorException(
                ErrorKind.InvalidArgument,
                "OBJECT_TOO_LARGE",
                $"must not be larger than {limit}"
            )
            {
                Field = "file",
            };
        }

        return MediaTypeHeaderValue.TryParse(ContentType, out var type)
            ? this with
            {
                ContentType = type.ToString(),
            }
            : throw ConnectorException.Invalid("contentType", "is no media type");
    }
}
