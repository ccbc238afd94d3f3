using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Yyc3.Connectors.Rpc.Server.Framing;

namespace Yyc3.Connectors.Rpc.Server.Web;

/// <summary>Decodes a base64 body as it arrives. It may consist of several padded chunks.</summary>
internal sealed class Base64RequestStream(PipeReader inner) : Stream
{
    private const int Group = 4;
    private const int BytesPerGroup = 3;

    private readonly byte[] _decoded = new byte[BytesPerGroup];
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_start < _end)
            {
                return TakeDecoded(buffer.Span);
            }
            var result = await inner.ReadAsync(cancellationToken);
            var consumed = result.Buffer.Start;
            var isStuck = false;
            int written;
            try
            {
                written = Decode(result.Buffer, buffer.Span, ref consumed);
                isStuck = consumed.Equals(result.Buffer.Start);
            }
            finally
            {
                // After a fault too: the server could not drain what is left, and would end the connection.
                inner.AdvanceTo(consumed, isStuck ? result.Buffer.End : consumed);
            }

            if (written > 0)
            {
                return written;
            }
            if (result.IsCompleted && isStuck && _start == _end)
            {
                return result.Buffer.IsEmpty ? 0 : throw FrameFault.BadBase64();
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // One group at a time where it has padding or does not fit the reader's buffer, else as many as there are.
    private int Decode(ReadOnlySequence<byte> source, Span<byte> target, ref SequencePosition consumed)
    {
        var written = 0;
        Span<byte> group = stackalloc byte[Group];
        while (source.Length >= Group)
        {
            var run = WholeGroups(source.FirstSpan, target.Length - written);
            if (run > 0)
            {
                written += DecodeAll(source.FirstSpan[..run], target[written..]);
                source = source.Slice(run);
                consumed = source.Start;
                continue;
            }
            if (target.Length - written < BytesPerGroup && written > 0)
            {
                break;
            }
            source.Slice(0, Group).CopyTo(group);
            source = source.Slice(Group);
            consumed = source.Start;
            if (target.Length - written >= BytesPerGroup)
            {
                written += DecodeAll(group, target[written..]);
                continue;
            }
            _start = 0;
            _end = DecodeAll(group, _decoded);
            return TakeDecoded(target);
        }
        return written;
    }

    private static int WholeGroups(ReadOnlySpan<byte> span, int room)
    {
        var padding = span.IndexOf((byte)'=');
        var usable = padding < 0 ? span.Length : padding;
        return Math.Min(usable / Group, room / BytesPerGroup) * Group;
    }

    private static int DecodeAll(ReadOnlySpan<byte> groups, Span<byte> target) =>
        Base64.DecodeFromUtf8(groups, target, out var read, out var written) == OperationStatus.Done
        && read == groups.Length
            ? written
            : throw FrameFault.BadBase64();

    private int TakeDecoded(Span<byte> target)
    {
        var count = Math.Min(target.Length, _end - _start);
        _decoded.AsSpan(_start, count).CopyTo(target);
        _start += count;
        return count;
    }
}
