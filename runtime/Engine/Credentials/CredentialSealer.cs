using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>
/// Seals a secret for one row: version (1) · key id (8) · sealed box. The row's table, id and column are bound to it, so that a
/// ciphertext moved to another row does not open.
/// </summary>
internal sealed class CredentialSealer(DataKeyStore keys)
{
    private const byte Version = 1;
    private const int HeaderSize = 9;

    public async ValueTask<byte[]> SealAsync(
        string tenantId,
        string row,
        ReadOnlyMemory<byte> plain,
        CancellationToken cancellationToken
    )
    {
        var key = await keys.CurrentAsync(tenantId, cancellationToken);
        var box = SealedBox.Seal(key.Material, plain.Span, Bind(tenantId, row));
        var value = new byte[HeaderSize + box.Length];
        value[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(1), key.Id);
        box.CopyTo(value, HeaderSize);
        return value;
    }

    /// <exception cref="CryptographicException">Sealed for another row or tenant, or damaged.</exception>
    public async ValueTask<byte[]> OpenAsync(
        string tenantId,
        string row,
        ReadOnlyMemory<byte> value,
        CancellationToken cancellationToken
    )
    {
        if (value.Length < HeaderSize || value.Span[0] != Version)
        {
            throw new CryptographicException("The sealed value has an unknown form.");
        }

        var id = BinaryPrimitives.ReadInt64BigEndian(value.Span[1..]);
        var key = await keys.FindAsync(id, cancellationToken);
        return key is not null && string.Equals(key.TenantId, tenantId, StringComparison.Ordinal)
            ? SealedBox.Open(key.Material, value.Span[HeaderSize..], Bind(tenantId, row))
            : throw new CryptographicException("The key of the sealed value is not there.");
    }

    private static byte[] Bind(string tenantId, string row) => Encoding.UTF8.GetBytes($"{tenantId}\n{row}");
}
