using System.Buffers;

namespace Yyc3.Connectors.AwsS3.Uploading;

/// <summary>
/// Cuts content into parts. It looks one byte ahead, so that it is known with every part whether more follow.
/// </summary>
internal sealed class PartReader(Stream content, long? expectedLength)
{
    private const int FirstGuess = 64 * 1024;

    /// <summary>What is only announced gets no more memory than this before it comes.</summary>
    private const int LargestGuess = 8 * 1024 * 1024;

    private readonly byte[] _ahead = new byte[1];
    private bool _hasAhead;

    /// <summary>True once the content has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Reads the next part: full, unless it is the last.</summary>
    /// <param name="size">Bytes of a full part.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<PartBuffer> ReadAsync(int size, CancellationToken cancellationToken)
    {
        // Little content should not hold the memory of a whole part; content that filled one is not little.
        var guess = _hasAhead ? size : Math.Min(expectedLength ?? FirstGuess, LargestGuess) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, guess));
        try
        {
            var length = 0;
            if (_hasAhead)
            {
                (buffer[length++], _hasAhead) = (_ahead[0], false);
            }

            while (!HasEnded)
            {
                if (length == size)
                {
                    _hasAhead = await content.ReadAsync(_ahead, cancellationToken) > 0;
                    HasEnded = !_hasAhead;
                    break;
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length, size);
                }

                var room = buffer.AsMemory(length, Math.Min(buffer.Length, size) - length);
                var read = await content.ReadAsync(room, cancellationToken);
                HasEnded = read == 0;
                length += read;
            }

            return new PartBuffer(buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static byte[] Grow(byte[] buffer, int length, int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, buffer.Length * 4L));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
