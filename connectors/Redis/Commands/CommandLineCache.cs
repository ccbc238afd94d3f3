using System.Collections.Concurrent;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>Remembers the texts that were taken apart; programs run few different ones. Thread-safe.</summary>
internal sealed class CommandLineCache
{
    private const int MostLines = 1024;
    private const int LongestText = 512;

    private readonly ConcurrentDictionary<string, CommandLine> _lines = new(StringComparer.Ordinal);
    private int _count;

    public CommandLine Get(string text, string field)
    {
        if (_lines.TryGetValue(text, out var known))
        {
            return known;
        }

        var line = new CommandLineParser(text, field).Parse();
        if (text.Length <= LongestText && _lines.TryAdd(text, line) && Interlocked.Increment(ref _count) > MostLines)
        {
            // Texts with values in them would fill any cache; those that matter come back at once.
            _lines.Clear();
            Volatile.Write(ref _count, 0);
        }

        return line;
    }
}
