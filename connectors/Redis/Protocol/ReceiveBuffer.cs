using System.Buffers;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>What has come and was not read. Used by one reader at a time.</summary>
/// <param name="stream">Where the bytes come from.</param>
internal sealed class ReceiveBuffer(Stream stream) : IDisposable
{
    private const int Size = 64 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Size);
    private int _start;
    private int _end;
    private int _searched;

    /// <summary>Bytes it can hold at once.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Bytes received so far.</summary>
    public long Received { get; private set; }

    /// <summary>What has come and was not read.</summary>
    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Finds the next line; what was searched once is not searched again.</summary>
    /// <param name="length">Length of the line with its end.</param>
    public bool TryFindLine(out int length)
    {
        var at = _bytes.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        length = _searched + at + 1 - _start;
        if (at < 0)
        {
            _searched = _end;
        }

        return at >= 0;
    }

    /// <summary>Passes bytes that were read.</summary>
    public void Advance(int count)
    {
        _start += count;
        _searched = _start;
    }

    /// <summary>Waits until it holds something more, and at least a number of bytes.</summary>
    public async ValueTask FillAsync(int least, CancellationToken cancellationToken)
    {
        if (least > 1 && _end - _start >= least)
        {
            return;
        }

        do
        {
            if (_start == _end)
            {
                _start = _end = _searched = 0;
            }
            else if (_end == _bytes.Length || _bytes.Length - _start < least)
            {
                if (_start == 0)
                {
                    throw new RespProtocolException("A line is too long.");
                }

                _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
                (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
            }

            _end += await ReceiveAsync(_bytes.AsMemory(_end), cancellationToken);
        } while (_end - _start < least);
    }

    /// <summary>Fills memory of the caller's with what comes next.</summary>
    public async ValueTask ReadAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var present = Math.Min(target.Length, _end - _start);
        _bytes.AsSpan(_start, present).CopyTo(target.Span);
        Advance(present);
        while (present < target.Length)
        {
            present += await ReceiveAsync(target[present..], cancellationToken);
        }
    }

    /// <summary>Passes bytes, whether they have come or not.</summary>
    public async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var present = (int)Math.Min(count, _end - _start);
            Advance(present);
            count -= present;
            if (count == 0)
            {
                return;
            }

            await FillAsync(1, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, []) is { Length: > 0 } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var count = await stream.ReadAsync(target, cancellationToken);
        if (count == 0)
        {
            throw new EndOfStreamException("The server closed the connection.");
        }

        Received += count;
        return count;
    }
}
