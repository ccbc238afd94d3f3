using System.Buffers;
using Yyc3.Connectors.LocalFs.Files;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>What a reader gets: exactly the bytes promised, or an error that says why not.</summary>
internal sealed class ObjectStream(Stream inner, long skip, long length) : ForwardReadStream
{
    private const int BufferSize = 256 * 1024;
    private long _skip = skip;
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            Span<byte> skipped = stackalloc byte[4096];
            while (_skip > 0)
            {
                _skip -= Count(inner.Read(skipped[..(int)Math.Min(skipped.Length, _skip)]));
            }

            var wanted = (int)Math.Min(buffer.Length, _left);
            return wanted == 0 ? 0 : Advance(inner.Read(buffer[..wanted]));
        }
        catch (Exception error)
        {
            throw Explain(error);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (_skip > 0)
            {
                await SkipAsync(cancellationToken);
            }

            var wanted = (int)Math.Min(buffer.Length, _left);
            return wanted == 0 ? 0 : Advance(await inner.ReadAsync(buffer[..wanted], cancellationToken));
        }
        catch (Exception error)
        {
            throw Explain(error);
        }
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(bufferSize, BufferSize));
        try
        {
            int count;
            while ((count = await ReadAsync(buffer, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Exception Explain(Exception error) =>
        error is InvalidDataException ? LocalFsErrors.Damaged(error) : LocalFsErrors.Translate(error);

    private static int Count(int read) => read > 0 ? read : throw LocalFsErrors.Damaged();

    private int Advance(int read)
    {
        _left -= Count(read);
        return read;
    }

    private async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (_skip > 0)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, _skip));
                _skip -= Count(await inner.ReadAsync(piece, cancellationToken));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
