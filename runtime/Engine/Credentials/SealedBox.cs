using System.Security.Cryptography;

namespace Yyc3.Connectors.Runtime.Credentials;

/// <summary>AES-256-GCM in one piece: nonce (12) · ciphertext · tag (16). What it is bound to must be given again to open it.</summary>
internal static class SealedBox
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public const int Overhead = NonceSize + TagSize;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> boundTo)
    {
        var box = new byte[plain.Length + Overhead];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(
            box.AsSpan(0, NonceSize),
            plain,
            box.AsSpan(NonceSize, plain.Length),
            box.AsSpan(NonceSize + plain.Length),
            boundTo
        );
        return box;
    }

    /// <exception cref="CryptographicException">Another key, another binding, or damaged.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> boundTo)
    {
        if (box.Length < Overhead)
        {
            throw new CryptographicException("The sealed value is too short.");
        }

        var plain = new byte[box.Length - Overhead];
        using var cipher = new AesGcm(key, TagSize);
        cipher.Decrypt(
            box[..NonceSize],
            box.Slice(NonceSize, plain.Length),
            box[(NonceSize + plain.Length)..],
            plain,
            boundTo
        );
        return plain;
    }
}
