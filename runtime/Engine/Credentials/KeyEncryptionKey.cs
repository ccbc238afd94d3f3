namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>
/// Wraps data keys. The place where a key management service is plugged in: its key never leaves it, so both calls are
/// asynchronous. Thread-safe.
/// </summary>
internal abstract class KeyEncryptionKey
{
    /// <summary>Name of the key new data keys are wrapped with; stored beside each.</summary>
    public abstract string Id { get; }

    public abstract ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The key is not the one it was wrapped with.</exception>
    public abstract ValueTask<byte[]> UnwrapAsync(
        string id,
        ReadOnlyMemory<byte> wrapped,
        CancellationToken cancellationToken
    );
}
