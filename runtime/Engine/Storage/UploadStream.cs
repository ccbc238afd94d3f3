using Grpc.Core;
using Yyc3.Connectors.Contracts.Storage.V1;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Storage;

/// <summary>
/// The chunks of an upload as the stream a connector reads. It pulls: the next chunk is taken from the wire when the connector
/// asks for it, so a slow provider slows the caller and nothing piles up.
/// </summary>
internal sealed class UploadStream(
    IAsyncStreamReader<UploadFileRequest> requests,
    long? expectedLength,
    CancellationToken callCancelled
) : Stream
{
    /// <summary>Ends the wait for a message that nobody will read any more.</summary>
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(callCancelled);

    private ReadOnlyMemory<byte> _chunk;
    private bool _isAtEnd;
    private Task<bool>? _moving;

    /// <summary>Bytes read so far.</summary>
    public long Received { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Received;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_chunk.IsEmpty && !_isAtEnd)
        {
            await NextAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        Received += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("An upload is read asynchronously.");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Ends with no message under way: the transport reads what is left of the request itself.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        if (_moving is { } moving)
        {
            await ((Task)moving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _moving = null;
        }

        _ended.Dispose();
        await base.DisposeAsync();
    }

    private async Task NextAsync(CancellationToken cancellationToken)
    {
        // Giving up a message that has half arrived would lose it, so a reader that stops waiting leaves it to the next one.
        _moving ??= requests.MoveNext(_ended.Token);
        var hasNext = await _moving.WaitAsync(cancellationToken);
        _moving = null;
        if (!hasNext)
        {
            _isAtEnd = true;
            if (expectedLength is { } expected && expected != Received)
            {
                throw Fault.Invalid("file", $"has {Received} bytes, {expected} were announced");
            }

            return;
        }

        if (requests.Current.ContentCase == UploadFileRequest.ContentOneofCase.Header)
        {
            throw Fault.Invalid("header", "must come once, before the content");
        }

        _chunk = requests.Current.Chunk.Memory;
        if (expectedLength < Received + _chunk.Length)
        {
            throw Fault.Invalid("file", $"has more than the {expectedLength} bytes that were announced");
        }
    }
}
