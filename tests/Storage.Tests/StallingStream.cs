using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests;

/// <summary>Gives some bytes and then nothing more, like a caller that stopped sending.</summary>
internal sealed class StallingStream(int length) : ForwardStream
{
    private int _left = length;

    /// <summary>Most bytes that anybody had room for.</summary>
    public int LargestBuffer { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LargestBuffer = Math.Max(LargestBuffer, buffer.Length);
        if (_left == 0)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _left);
        _left -= count;
        return count;
    }
}
