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
}
