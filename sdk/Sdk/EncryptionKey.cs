namespace Yyc3.Connectors.Sdk;

/// <summary>One key for content at rest.</summary>
/// <param name="id">Short name, safe to store beside the ciphertext.</param>
/// <param name="material">32 random bytes. Derive from them (HKDF with a random salt); do not use them as they are.</param>
public sealed class EncryptionKey(string id, ReadOnlyMemory<byte> material)
{
    /// <summary>Short name, safe to store beside the ciphertext.</summary>
    public string Id { get; } = id;

    /// <summary>32 random bytes. Derive from them (HKDF with a random salt); do not use them as they are.</summary>
    public ReadOnlyMemory<byte> Material { get; } = material;
}
