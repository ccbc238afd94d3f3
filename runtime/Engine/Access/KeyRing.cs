using System.Collections.Concurrent;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>
/// Looks keys up, remembering each for a second: a call costs one dictionary look-up, and a key revoked by another node stops
/// working within that second. Thread-safe.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, TimeProvider time)
{
    /// <summary>Unknown keys are not remembered, so that guessing does not fill the memory.</summary>
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Remembered> _known = new(StringComparer.Ordinal);

    /// <summary>The caller of a key that was looked up within the last second; null for any other.</summary>
    public Caller? Recall(ReadOnlySpan<char> key) =>
        _known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var known)
        && time.GetElapsedTime(known.At) < Freshness
        && !IsOver(known.ExpiresAt)
            ? known.Caller
            : null;

    /// <summary>The caller of a key; null when nobody has it.</summary>
    public ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken) =>
        Recall(key) is { } caller ? ValueTask.FromResult<Caller?>(caller) : LookUpAsync(key, cancellationToken);

    /// <summary>Forgets a revoked key at once.</summary>
    public void Forget(string hash)
    {
        foreach (
            var key in _known.Keys.Where(key => string.Equals(ApiKeyStore.Hash(key), hash, StringComparison.Ordinal))
        )
        {
            _known.TryRemove(key, out _);
        }
    }

    private async ValueTask<Caller?> LookUpAsync(string key, CancellationToken cancellationToken)
    {
        var record = await store.FindAsync(ApiKeyStore.Hash(key), cancellationToken);
        if (record is null || IsOver(record.ExpiresAt))
        {
            _known.TryRemove(key, out _);
            return null;
        }

        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        var caller = record.ToCaller();
        _known[key] = new Remembered(caller, time.GetTimestamp(), record.ExpiresAt);
        return caller;
    }

    private bool IsOver(long? expiresAt) => expiresAt <= time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Remembered(Caller Caller, long At, long? ExpiresAt);
}
