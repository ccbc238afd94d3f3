using System.Buffers.Binary;
using System.Security.Cryptography;
using Yyc3.Connectors.LocalFs.Files;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>
/// AES-256-GCM over chunks of 64 KiB. The nonce is the chunk's number and whether it is the last, so chunks cannot be
/// reordered, dropped or cut off unnoticed; it never repeats, since the key serves one file only.
/// </summary>
internal sealed class ChunkCipher(ReadOnlySpan<byte> key, byte[] header) : IDisposable
{
    public const int ChunkSize = 64 * 1024;
    public const int TagSize = 16;
    public const int SealedSize = ChunkSize + TagSize;
    private const int NonceSize = 12;

    private readonly AesGcm _cipher = new(key, TagSize);

    /// <summary>Encrypts a chunk.</summary>
    /// <returns>Length of what was written: the chunk and its tag.</returns>
    public int Seal(long number, bool last, ReadOnlySpan<byte> chunk, Span<byte> sealedChunk)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce, number, last);
        _cipher.Encrypt(nonce, chunk, sealedChunk[..chunk.Length], sealedChunk.Slice(chunk.Length, TagSize), header);
        return chunk.Length + TagSize;
    }

    /// <summary>Decrypts a chunk.</summary>
    /// <returns>Length of the chunk.</returns>
    /// <exception cref="Sdk.ConnectorException">It is not the chunk that was stored in this place.</exception>
    public int Open(long number, bool last, ReadOnlySpan<byte> sealedChunk, Span<byte> chunk)
    {
        var length = sealedChunk.Length - TagSize;
        if (length < 0)
        {
            throw LocalFsErrors.Damaged();
        }

        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce, number, last);
        try
        {
            _cipher.Decrypt(nonce, sealedChunk[..length], sealedChunk[length..], chunk[..length], header);
        }
        catch (CryptographicException error)
        {
            throw LocalFsErrors.Damaged(error);
        }

        return length;
    }

    public void Dispose() => _cipher.Dispose();

    private static void WriteNonce(Span<byte> nonce, long number, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
