namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>The keys that changed in one page, each once.</summary>
/// <param name="limit">Most keys.</param>
internal sealed class LogPage(int limit)
{
    /// <summary>Most changes in a page, told or repeated: a record may change a million times.</summary>
    private const int MostSteps = 100_000;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string[]> _keys = [];
    private readonly HashSet<uint> _transactions = [];
    private int _steps;

    public IReadOnlyList<IReadOnlyList<string>> Keys => _keys;

    /// <summary>Who changed them.</summary>
    public IReadOnlyCollection<uint> Transactions => _transactions;

    /// <summary>Where the next page begins.</summary>
    public LogPosition End { get; private set; }

    public bool HasMore { get; private set; }

    /// <summary>Adds a step.</summary>
    /// <param name="step">The step.</param>
    /// <returns>False when it belongs into the next page.</returns>
    public bool Add(LogStep step)
    {
        if (step.Kind != LogStepKind.Change)
        {
            return true;
        }

        // Lengths keep ("a", "bc") and ("ab", "c") apart.
        var text = string.Concat(step.Key.Select(value => $"{value.Length}:{value}"));
        if (_steps == MostSteps || (_keys.Count == limit && !_known.Contains(text)))
        {
            return false;
        }

        _steps++;
        _transactions.Add(step.Transaction);
        if (_known.Add(text))
        {
            _keys.Add(step.Key);
        }

        return true;
    }

    public void EndAt(LogPosition end, bool hasMore) => (End, HasMore) = (end, hasMore);
}
