namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>A tenant's key for its secrets, unwrapped. Its id stands in every ciphertext made with it.</summary>
internal sealed record DataKey(long Id, string TenantId, byte[] Material);
