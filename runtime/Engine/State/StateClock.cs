using Dapper;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>
/// The time that leases and due times go by, in Unix milliseconds. With a shared database it is the database's. With a file of
/// one's own it is the machine's at the start plus what has gone by since, so that a clock which is set meanwhile changes
/// nothing.
/// </summary>
internal sealed class StateClock(StateDialect dialect, TimeProvider time)
{
    private readonly long _start = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly long _begun = time.GetTimestamp();

    /// <summary>The time now as an expression; a parameter <c>now</c> of <see cref="Now"/> must be given.</summary>
    public string Sql { get; } = dialect.Now;

    /// <summary>The time now as leases and due times see it.</summary>
    public async ValueTask<DateTimeOffset> ReadAsync(StateStore store, CancellationToken cancellationToken) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            await store.ReadAsync(
                connection => connection.ExecuteScalarAsync<long>($"select {Sql}", new { now = Now }),
                cancellationToken
            )
        );

    public long Now => _start + (long)time.GetElapsedTime(_begun).TotalMilliseconds;
}
