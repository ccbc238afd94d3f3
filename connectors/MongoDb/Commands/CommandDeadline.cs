using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Commands;

/// <summary>
/// When a statement must end. The server stops it at its timeout and says so; only when that answer stays away is the
/// connection given up, a moment later.
/// </summary>
internal sealed class CommandDeadline(TimeProvider time, TimeSpan? timeout, CancellationToken caller) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly TimeSpan? _timeout = timeout < LongestTimer ? timeout : null;
    private readonly long _begun = time.GetTimestamp();
    private readonly StatementDeadline _end = new(
        time,
        timeout > TimeSpan.Zero && timeout < LongestTimer ? timeout + Grace : timeout,
        caller
    );

    /// <summary>Cancelled when nobody waits for the statement any more.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Milliseconds that the server may still take, at least one; null for no limit.</summary>
    public long? Milliseconds =>
        _timeout is { } limit
            ? Math.Max(1, (long)Math.Ceiling((limit - time.GetElapsedTime(_begun)).TotalMilliseconds))
            : null;

    /// <summary>Lets another token stop the statement too, as long as the result is not disposed.</summary>
    /// <param name="other">Token of one call on the reader.</param>
    /// <returns>The registration.</returns>
    public CancellationTokenRegistration StopOn(CancellationToken other) => _end.StopOn(other);

    /// <summary>Stops the statement now.</summary>
    public void Stop() => _end.Stop();

    public void ThrowIfOver()
    {
        if (_end.IsOver || (_timeout is { } limit && time.GetElapsedTime(_begun) >= limit))
        {
            throw Error(null);
        }
    }

    /// <summary>Tells why the statement was stopped.</summary>
    /// <param name="cause">For the log.</param>
    /// <returns>The exception to throw.</returns>
    public Exception Error(Exception? cause) => _end.Error(cause);

    public void Dispose() => _end.Dispose();
}
