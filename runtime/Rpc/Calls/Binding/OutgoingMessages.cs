using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

/// <summary>Writes one message after the other; each is flushed unless the writer hints that more follows.</summary>
internal sealed class OutgoingMessages<T>(ServerCall call, MessageFormat format) : IServerStreamWriter<T>
    where T : class
{
    private int _isWriting;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        call.CancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _isWriting, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }
        try
        {
            var flags = (WriteOptions ?? call.WriteOptions)?.Flags ?? default;
            call.Send(message, format, flags);
            if (!flags.HasFlag(WriteFlags.BufferHint))
            {
                await call.FlushAsync(cancellationToken.CanBeCanceled ? cancellationToken : call.CancellationToken);
            }
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }
}
