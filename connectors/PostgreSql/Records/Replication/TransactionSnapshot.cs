using System.Globalization;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Which transactions are visible, as <c>pg_current_snapshot</c> tells it.</summary>
internal sealed class TransactionSnapshot
{
    private readonly ulong _first;
    private readonly ulong _next;
    private readonly HashSet<ulong> _running;

    private TransactionSnapshot(ulong first, ulong next, HashSet<ulong> running) =>
        (_first, _next, _running) = (first, next, running);

    /// <summary>Reads a snapshot.</summary>
    /// <param name="text">Such as <c>10:20:10,14</c>: the first that runs, the first that had not begun, those between that run.</param>
    /// <returns>The snapshot.</returns>
    public static TransactionSnapshot Parse(string text)
    {
        var parts = text.Split(':');
        return new TransactionSnapshot(
            Number(parts[0]),
            Number(parts[1]),
            [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)]
        );
    }

    /// <summary>Whether all transactions before one have ended.</summary>
    /// <param name="transaction">Its number, with the epoch; it has ended itself, or the snapshot may not know its neighbours.</param>
    public bool IsBehind(ulong transaction) => _first >= transaction;

    /// <summary>Whether what a transaction did is visible, if it was committed.</summary>
    /// <param name="transaction">Its number as the log has it, without the epoch.</param>
    public bool Sees(uint transaction)
    {
        const ulong Epoch = 1UL << 32;
        var number = (_next & ~(Epoch - 1)) | transaction;
        if (number > _next && number - _next > Epoch / 2 && number >= Epoch)
        {
            number -= Epoch;
        }
        else if (number < _next && _next - number > Epoch / 2)
        {
            number += Epoch;
        }

        return number < _next && !_running.Contains(number);
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
