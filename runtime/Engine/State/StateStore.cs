using System.Data.Common;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// Runs statements on the runtime's database. A write is one transaction and is durable when its task completes; no
/// transaction may be held across a call to a connector. Thread-safe.
/// </summary>
internal sealed class StateStore(StateDialect dialect) : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);

    public StateDialect Dialect { get; } = dialect;

    public async ValueTask<TResult> ReadAsync<TResult>(
        Func<DbConnection, Task<TResult>> read,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Dialect.OpenAsync(cancellationToken);
        return await read(connection);
    }

    public async ValueTask<TResult> WriteAsync<TResult>(
        Func<DbTransaction, Task<TResult>> write,
        CancellationToken cancellationToken
    )
    {
        if (!Dialect.HasSingleWriter)
        {
            return await CommitAsync(write, cancellationToken);
        }

        await _writer.WaitAsync(cancellationToken);
        try
        {
            return await CommitAsync(write, cancellationToken);
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose() => _writer.Dispose();

    private async ValueTask<TResult> CommitAsync<TResult>(
        Func<DbTransaction, Task<TResult>> write,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Dialect.OpenAsync(cancellationToken);
        await using var transaction = await Dialect.BeginWriteAsync(connection, cancellationToken);
        var result = await write(transaction);
        // From here on the caller's cancellation must not leave it in doubt whether the change was made.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }
}
