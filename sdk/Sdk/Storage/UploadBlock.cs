using System.Buffers;

namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>A piece of an upload in pooled memory. Used by one thread at a time.</summary>
public sealed class UploadBlock : IDisposable
{
    private const int FirstBuffer = 128 * 1024;

    private readonly int _size;
    private byte[]? _buffer;
    private int _count;

    private UploadBlock(byte[] buffer, int size) => (_buffer, _size) = (buffer, size);

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _count);

    /// <summary>Most bytes it holds.</summary>
    public int Size => _size;

    /// <summary>True when it holds as much as it may, so that more may follow.</summary>
    public bool IsFull => _count == _size;

    /// <summary>Makes an empty block of full size.</summary>
    /// <param name="size">Most bytes.</param>
    /// <returns>The block; the caller disposes it.</returns>
    public static UploadBlock Rent(int size) => new(ArrayPool<byte>.Shared.Rent(size), size);

    /// <summary>Reads the first block of an upload into memory that grows with what comes: small uploads hold little.</summary>
    /// <param name="source">Where the content comes from.</param>
    /// <param name="size">Most bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The block, full unless the content has ended; the caller disposes it.</returns>
    public static async ValueTask<UploadBlock> ReadFirstAsync(
        Stream source,
        int size,
        CancellationToken cancellationToken
    )
    {
        var block = new UploadBlock(ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, size)), size);
        try
        {
            while (true)
            {
                var room = Math.Min(block._buffer!.Length, size) - block._count;
                var read = await block.ReadMoreAsync(source, room, cancellationToken).ConfigureAwait(false);
                if (read < room || block.IsFull)
                {
                    return block;
                }

                block.Grow();
            }
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next piece, in place of what was held.</summary>
    /// <param name="source">Where the content comes from.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A task that completes when it is full or the content has ended.</returns>
    public async ValueTask ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        _count = 0;
        await ReadMoreAsync(source, _size, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the memory back; nothing may use the content any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> ReadMoreAsync(Stream source, int room, CancellationToken cancellationToken)
    {
        var read = await source
            .ReadAtLeastAsync(_buffer.AsMemory(_count, room), room, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        _count += read;
        return read;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_size, _buffer!.Length * 4L));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
