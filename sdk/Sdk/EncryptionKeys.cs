namespace Yyc3.Connectors.Sdk;

/// <summary>The tenant's keys for content at rest. Thread-safe.</summary>
public abstract class EncryptionKeys
{
    /// <summary>The key to encrypt with. Store its id beside the ciphertext.</summary>
    public abstract EncryptionKey Current { get; }

    /// <summary>Finds the key something was encrypted with.</summary>
    /// <param name="id">Id stored beside the ciphertext.</param>
    /// <returns>The key, or null when it is unknown.</returns>
    public abstract EncryptionKey? Find(string id);
}
