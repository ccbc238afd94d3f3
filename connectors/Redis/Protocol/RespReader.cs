using System.Text;
using System.Text.Unicode;

namespace Yyc3.Connectors.Redis.Protocol;

/// <summary>
/// Reads values from a stream: headers from one buffer, long strings straight into their own memory. Nothing is looked at
/// twice, however finely the stream is cut. Used by one reader at a time.
/// </summary>
/// <param name="stream">Where the bytes come from.</param>
/// <param name="limit">Most bytes of one value with all it holds; a larger one is skipped.</param>
internal sealed class RespReader(Stream stream, int limit) : IDisposable
{
    /// <summary>Far deeper than any command answers.</summary>
    private const int DeepestNesting = 64;

    private readonly ReceiveBuffer _buffer = new(stream);
    private long _left;
    private bool _isTooLarge;

    /// <summary>Whether nothing has come that was not read.</summary>
    public bool IsEmpty => _buffer.Unread.IsEmpty;

    /// <summary>Bytes received so far.</summary>
    public long Received => _buffer.Received;

    /// <summary>
    /// Reads the next header, of an answer or of an element that is to be read by itself; attributes and pushed messages before
    /// it are skipped.
    /// </summary>
    public ValueTask<RespHeader> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        _left = limit;
        _isTooLarge = false;
        return NextHeaderAsync(0, cancellationToken);
    }

    /// <summary>Reads the value behind a header that <see cref="ReadHeaderAsync"/> gave.</summary>
    /// <returns>The value; <see cref="RespType.TooLarge"/> when it is larger than the limit.</returns>
    public ValueTask<RespValue> ReadValueAsync(RespHeader header, CancellationToken cancellationToken)
    {
        if (!header.IsAggregate && TryReadScalar(header, out var value))
        {
            return ValueTask.FromResult(_isTooLarge ? RespValue.TooLarge : value);
        }

        return ReadWholeAsync(header, cancellationToken);
    }

    /// <summary>Reads a value of which only the size counts: long strings and all elements are skipped.</summary>
    public async ValueTask<RespValue> ReadSummaryAsync(RespHeader header, CancellationToken cancellationToken)
    {
        const int Short = 1024;
        if (header.IsAggregate)
        {
            return RespValue.OfSkipped(header, await SkipElementsAsync(header.Number, 0, cancellationToken));
        }

        if (header.IsString && header.Number > Short)
        {
            await _buffer.SkipAsync(header.Number + 2, cancellationToken);
            return RespValue.Of(header, "");
        }

        return await ReadValueAsync(header, cancellationToken);
    }

    public void Dispose() => _buffer.Dispose();

    private static object Decode(ReadOnlySpan<byte> bytes, RespType type, byte[]? owner = null)
    {
        if (type == RespType.BulkError)
        {
            return RespLine.ErrorCode(bytes);
        }

        if (type == RespType.Verbatim && bytes.Length >= 4)
        {
            // "txt:" or "mkd:" before the text.
            bytes = bytes[4..];
            owner = null;
        }

        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : owner ?? bytes.ToArray();
    }

    private ValueTask<RespHeader> NextHeaderAsync(int depth, CancellationToken cancellationToken)
    {
        var isHere = TryReadHeader(out var header);
        return isHere && !header.IsAside
            ? ValueTask.FromResult(header)
            : FindHeaderAsync(isHere, header, depth, cancellationToken);
    }

    /// <summary>Waits for what is missing and passes what stands aside. A loop: a server may send any number of these.</summary>
    private async ValueTask<RespHeader> FindHeaderAsync(
        bool isHere,
        RespHeader header,
        int depth,
        CancellationToken cancellationToken
    )
    {
        while (!isHere || header.IsAside)
        {
            if (isHere)
            {
                await SkipElementsAsync(header.Number, depth, cancellationToken);
            }
            else
            {
                await _buffer.FillAsync(1, cancellationToken);
            }

            isHere = TryReadHeader(out header);
        }

        return header;
    }

    private bool TryReadHeader(out RespHeader header)
    {
        if (!_buffer.TryFindLine(out var length))
        {
            header = default;
            return false;
        }

        var line = _buffer.Unread[..length];
        if (length < 3 || line[^2] != '\r')
        {
            throw new RespProtocolException("A line does not end as it should.");
        }

        header = RespLine.Read(line[..^2]);
        _buffer.Advance(length);
        return true;
    }

    private bool TryReadScalar(RespHeader header, out RespValue value)
    {
        if (!header.IsString)
        {
            TakeLine(header, out value);
            return true;
        }

        value = default;
        var length = header.Number;
        if (length > _left || _buffer.Unread.Length < length + 2)
        {
            return false;
        }

        _left -= length;
        value = RespValue.Of(header, Decode(_buffer.Unread[..(int)length], header.Type));
        _buffer.Advance((int)length);
        TakeLineEnd();
        return true;
    }

    private void TakeLine(RespHeader header, out RespValue value)
    {
        // The line has come already: there is nothing to skip, only something not to keep.
        var length = header.Text?.Length ?? 0;
        _isTooLarge |= length > _left;
        _left -= Math.Min(length, _left);
        value = _isTooLarge ? default : RespValue.Of(header);
    }

    private async ValueTask<RespValue> ReadWholeAsync(RespHeader header, CancellationToken cancellationToken)
    {
        var value = await ReadPartAsync(header, 0, cancellationToken);
        return _isTooLarge ? RespValue.TooLarge : value;
    }

    private async ValueTask<RespValue> ReadPartAsync(RespHeader header, int depth, CancellationToken cancellationToken)
    {
        if (header.IsAggregate)
        {
            return await ReadAggregateAsync(header, depth, cancellationToken);
        }

        return TryReadScalar(header, out var value) ? value : await ReadStringAsync(header, cancellationToken);
    }

    private async ValueTask<RespValue> ReadAggregateAsync(
        RespHeader header,
        int depth,
        CancellationToken cancellationToken
    )
    {
        // An element costs memory even when it is empty.
        const int ElementBytes = 24;
        if (header.Number > _left / ElementBytes)
        {
            _isTooLarge = true;
            await SkipAsync(header, depth, cancellationToken);
            return default;
        }

        _left -= header.Number * ElementBytes;
        CheckDepth(depth);
        var items = new RespValue[header.Number];
        for (var index = 0; index < items.Length; index++)
        {
            var element = await NextHeaderAsync(depth + 1, cancellationToken);
            items[index] = await ReadPartAsync(element, depth + 1, cancellationToken);
        }

        return RespValue.Of(header, items);
    }

    private async ValueTask<RespValue> ReadStringAsync(RespHeader header, CancellationToken cancellationToken)
    {
        if (header.Number > _left)
        {
            _isTooLarge = true;
            await _buffer.SkipAsync(header.Number + 2, cancellationToken);
            return default;
        }

        var length = (int)header.Number;
        if (length + 2 <= _buffer.Capacity)
        {
            await _buffer.FillAsync(length + 2, cancellationToken);
            _ = TryReadScalar(header, out var value);
            return value;
        }

        _left -= length;
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        await _buffer.ReadAsync(bytes, cancellationToken);
        await _buffer.FillAsync(2, cancellationToken);
        TakeLineEnd();
        return RespValue.Of(header, Decode(bytes, header.Type, bytes));
    }

    private async ValueTask SkipAsync(RespHeader header, int depth, CancellationToken cancellationToken)
    {
        if (header.IsAggregate)
        {
            await SkipElementsAsync(header.Number, depth, cancellationToken);
        }
        else if (header.IsString)
        {
            await _buffer.SkipAsync(header.Number + 2, cancellationToken);
        }
    }

    /// <summary>Passes elements.</summary>
    /// <returns>Whether one of them had elements itself.</returns>
    private async ValueTask<bool> SkipElementsAsync(long count, int depth, CancellationToken cancellationToken)
    {
        CheckDepth(depth);
        var isNested = false;
        for (; count > 0; count--)
        {
            var header = await NextHeaderAsync(depth + 1, cancellationToken);
            isNested |= header.IsAggregate;
            await SkipAsync(header, depth + 1, cancellationToken);
        }

        return isNested;
    }

    private void TakeLineEnd()
    {
        if (!_buffer.Unread.StartsWith("\r\n"u8))
        {
            throw new RespProtocolException("A string does not end as it should.");
        }

        _buffer.Advance(2);
    }

    private static void CheckDepth(int depth)
    {
        if (depth >= DeepestNesting)
        {
            throw new RespProtocolException("A value is nested too deeply.");
        }
    }
}
