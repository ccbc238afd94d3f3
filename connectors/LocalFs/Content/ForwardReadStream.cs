using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>A stream that only gives bytes, in order; files can also be read without waiting for another thread.</summary>
internal abstract class ForwardReadStream : ForwardStream
{
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public abstract override int Read(Span<byte> buffer);
}
