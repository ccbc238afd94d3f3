using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;

namespace Yyc3.Connectors.Rpc.Server.Web;

/// <summary>Gathers bytes until a flush, then writes them as one padded base64 chunk.</summary>
internal sealed class Base64ResponseWriter(PipeWriter inner) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public override void Advance(int bytes) => _buffer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) { }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var source = _buffer.WrittenSpan;
        var target = inner.GetSpan(Base64.GetMaxEncodedToUtf8Length(source.Length));
        Base64.EncodeToUtf8(source, target, out _, out var written);
        inner.Advance(written);
        _buffer.ResetWrittenCount();
        return inner.FlushAsync(cancellationToken);
    }
}
