using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>
/// What a packed file starts with: eight fixed bytes, one byte of flags, and for an encrypted one the key's id with its
/// length and a salt. Every chunk is bound to all of it.
/// </summary>
internal sealed class PackedHeader
{
    private const int SaltSize = 32;
    private const byte CompressedFlag = 1;
    private const byte EncryptedFlag = 2;
    private const int LongestHeader = 8 + 1 + 1 + byte.MaxValue + SaltSize;

    private readonly string _keyId;
    private readonly byte[] _salt;

    private PackedHeader(byte[] bytes, bool compressed, string keyId, byte[] salt)
    {
        (Bytes, IsCompressed, _keyId, _salt) = (bytes, compressed, keyId, salt);
    }

    public byte[] Bytes { get; }

    public bool IsCompressed { get; }

    public bool IsEncrypted => _salt.Length > 0;

    private static ReadOnlySpan<byte> Magic =>
        [0x89, (byte)'Y', (byte)'Y', (byte)'C', (byte)'3', (byte)'O', 0x0A, 0x1A];

    public static PackedHeader Create(bool compress, string? keyId)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Magic);
        bytes.WriteByte((byte)((compress ? CompressedFlag : 0) | (keyId is null ? 0 : EncryptedFlag)));
        byte[] salt = [];
        if (keyId is not null)
        {
            var id = Encoding.UTF8.GetBytes(keyId);
            salt = RandomNumberGenerator.GetBytes(SaltSize);
            bytes.WriteByte(checked((byte)id.Length));
            bytes.Write(id);
            bytes.Write(salt);
        }

        return new PackedHeader(bytes.ToArray(), compress, keyId ?? "", salt);
    }

    /// <summary>Reads the header at the start of a file.</summary>
    /// <returns>The header, or null when the file does not start with one.</returns>
    public static PackedHeader? Read(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[LongestHeader];
        start = start[..RandomAccess.Read(file, start, 0)];
        if (!StartsPacked(start) || start.Length <= Magic.Length)
        {
            return null;
        }

        var flags = start[Magic.Length];
        var compressed = (flags & CompressedFlag) != 0;
        var length = Magic.Length + 1;
        if ((flags & EncryptedFlag) == 0)
        {
            return new PackedHeader(start[..length].ToArray(), compressed, "", []);
        }

        if (start.Length <= length || start.Length < length + 1 + start[length] + SaltSize)
        {
            return null;
        }

        var id = start.Slice(length + 1, start[length]);
        var salt = start.Slice(length + 1 + id.Length, SaltSize);
        var whole = start[..(length + 1 + id.Length + SaltSize)];
        return new PackedHeader(whole.ToArray(), compressed, Encoding.UTF8.GetString(id), salt.ToArray());
    }

    public static bool StartsPacked(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <summary>The cipher of this file alone: derived from the tenant's key and the file's salt.</summary>
    public ChunkCipher Cipher(EncryptionKeys keys)
    {
        var key = keys.Find(_keyId) ?? throw LocalFsErrors.KeyUnknown();
        Span<byte> derived = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Material.Span, derived, _salt, "yyc3 local-fs object"u8);
        try
        {
            return new ChunkCipher(derived, Bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }
}
