using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.LocalFs.Sidecar;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>Brings the caller's bytes into a file, hashed, and compressed and encrypted if so wished.</summary>
internal sealed class ContentWriter(EncryptionKeys keys)
{
    private const int BufferSize = 64 * 1024;

    public static void Check(PutOptions options)
    {
        options.RequireAes256();
        if (options.ContentLength < 0)
        {
            throw ConnectorException.Invalid("file", "has a negative length");
        }
    }

    /// <summary>Writes a file, durable before this returns.</summary>
    public async Task<StoredContent> WriteAsync(
        Stream source,
        FileStream file,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        var stored =
            options.Compress || options.Encrypt
                ? await WritePackedAsync(source, file, options, cancellationToken)
                : await WritePlainAsync(source, file, options.ContentLength, cancellationToken);
        if (options.ContentLength is { } promised && stored.Size != promised)
        {
            throw WrongLength(promised);
        }

        cancellationToken.ThrowIfCancellationRequested();
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        return stored;
    }

    /// <summary>Hashes a file.</summary>
    public static async Task<string> HashAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            long position = 0;
            int count;
            while ((count = await RandomAccess.ReadAsync(file, buffer, position, cancellationToken)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, count));
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Copies a file as it is, durable before this returns.</summary>
    /// <returns>SHA-256 of the bytes.</returns>
    public static async Task<string> CopyAsync(
        SafeFileHandle source,
        FileStream file,
        CancellationToken cancellationToken
    )
    {
        // The slice would close the handle, which is the caller's.
        var slice = new FileSlice(source, 0, long.MaxValue);
        try
        {
            var stored = await WritePlainAsync(slice, file, length: null, cancellationToken);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            return stored.Hash;
        }
        catch (SourceFault fault)
        {
            throw LocalFsErrors.Translate(fault.InnerException!);
        }
    }

    private static async Task<StoredContent> WritePlainAsync(
        Stream source,
        Stream file,
        long? length,
        CancellationToken cancellationToken
    )
    {
        var (size, hash) = await PumpAsync(source, file, length, cancellationToken);
        return new StoredContent(size, hash, hash, StoredForm.Plain);
    }

    private async Task<StoredContent> WritePackedAsync(
        Stream source,
        FileStream file,
        PutOptions options,
        CancellationToken cancellationToken
    )
    {
        var header = PackedHeader.Create(options.Compress, options.Encrypt ? keys.Current.Id : null);
        await using var hashed = new HashingStream(file);
        await hashed.WriteAsync(header.Bytes, cancellationToken);
        await using var sealing = options.Encrypt ? new SealingStream(hashed, header.Cipher(keys)) : null;
        var (size, hash) = options.Compress
            ? await CompressAsync(source, (Stream?)sealing ?? hashed, options.ContentLength, cancellationToken)
            : await PumpAsync(source, (Stream?)sealing ?? hashed, options.ContentLength, cancellationToken);
        if (sealing is not null)
        {
            await sealing.FinishAsync(cancellationToken);
        }

        return new StoredContent(size, hash, hashed.FinishHash(), StoredForm.Packed);
    }

    private static async Task<(long Size, string Hash)> CompressAsync(
        Stream source,
        Stream target,
        long? length,
        CancellationToken cancellationToken
    )
    {
        await using var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        return await PumpAsync(source, gzip, length, cancellationToken);
    }

    /// <summary>Reads, hashes and writes at the same time, with two buffers.</summary>
    private static async Task<(long Size, string Hash)> PumpAsync(
        Stream source,
        Stream target,
        long? length,
        CancellationToken cancellationToken
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var filling = ArrayPool<byte>.Shared.Rent(BufferSize);
        var spare = ArrayPool<byte>.Shared.Rent(BufferSize);
        var writing = Task.CompletedTask;
        long size = 0;
        try
        {
            while (true)
            {
                var count = await ReadAsync(source, filling, cancellationToken);
                await writing;
                if (count == 0)
                {
                    break;
                }

                size += count;
                if (size > length)
                {
                    throw WrongLength(length.Value);
                }

                writing = target.WriteAsync(filling.AsMemory(0, count), cancellationToken).AsTask();
                hash.AppendData(filling.AsSpan(0, count));
                (filling, spare) = (spare, filling);
            }
        }
        finally
        {
            // A buffer must not go back while it is being written.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(spare);
        }

        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async ValueTask<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAtLeastAsync(buffer, BufferSize, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceFault(error);
        }
    }

    private static ConnectorException WrongLength(long promised) =>
        ConnectorException.Invalid("file", $"does not have the announced length of {promised} bytes");
}
