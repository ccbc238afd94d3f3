using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Binding;

internal sealed class IncomingMessages<T>(ServerCall call, MessageFormat format) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("No current element is available.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        if (!cancellationToken.CanBeCanceled || cancellationToken == call.CancellationToken)
        {
            _current = (T?)await call.ReceiveAsync(format, call.CancellationToken);
            return _current is not null;
        }
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken);
        _current = (T?)await call.ReceiveAsync(format, both.Token);
        return _current is not null;
    }
}
