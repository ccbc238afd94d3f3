using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>A tenant's content keys, derived from its data keys, so that connectors never see those.</summary>
internal sealed class ContentKeys(string tenantId, DataKey current, DataKeyStore keys) : EncryptionKeys
{
    private static readonly byte[] Purpose = "yyc3.connectors content"u8.ToArray();

    public override EncryptionKey Current { get; } = Derive(current);

    public override EncryptionKey? Find(string id)
    {
        if (string.Equals(id, Current.Id, StringComparison.Ordinal))
        {
            return Current;
        }

        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var key = keys.Known(number);
        return key is not null && string.Equals(key.TenantId, tenantId, StringComparison.Ordinal) ? Derive(key) : null;
    }

    private static EncryptionKey Derive(DataKey key) =>
        new(
            key.Id.ToString(CultureInfo.InvariantCulture),
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Material, 32, info: Purpose)
        );
}
