namespace Yyc3.Connectors.Testing;

/// <summary>A source of any length that holds nothing in memory and cannot seek, like a request body.</summary>
/// <param name="length">How many bytes it gives.</param>
/// <param name="piece">Most bytes that one read gives.</param>
/// <param name="atHalf">Called once, before the read that follows the first half.</param>
public sealed class PatternStream(long length, int piece = int.MaxValue, Action? atHalf = null) : Stream
{
    private Action? _atHalf = atHalf;
    private long _given;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_given >= length / 2)
        {
            Interlocked.Exchange(ref _atHalf, null)?.Invoke();
        }

        var count = (int)Math.Min(Math.Min(buffer.Length, piece), length - _given);
        for (var index = 0; index < count; index++)
        {
            var position = _given + index;
            buffer[index] = (byte)((position * 31) ^ (position >> 8) ^ (position >> 16));
        }

        _given += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
