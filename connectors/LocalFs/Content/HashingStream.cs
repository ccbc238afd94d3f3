using System.Security.Cryptography;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>Passes bytes on and hashes them.</summary>
internal sealed class HashingStream(Stream inner) : ForwardWriteStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string FinishHash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        // The write runs in the thread pool while this thread hashes.
        var writing = inner.WriteAsync(buffer, cancellationToken);
        try
        {
            _hash.AppendData(buffer.Span);
        }
        finally
        {
            await writing;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
