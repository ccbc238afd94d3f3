using System.Diagnostics.CodeAnalysis;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>Compiled statements of one connection by their text; the one used longest ago makes room.</summary>
/// <param name="capacity">Most statements.</param>
internal sealed class StatementCache(int capacity)
{
    /// <summary>A longer text is not worth its memory on both sides.</summary>
    private const int LongestText = 16 * 1024;

    private readonly Dictionary<string, LinkedListNode<(string Text, PreparedStatement Statement)>> _known = new(
        StringComparer.Ordinal
    );
    private readonly LinkedList<(string Text, PreparedStatement Statement)> _recent = new();

    public int Count => _known.Count;

    public bool TryGet(string text, [NotNullWhen(true)] out PreparedStatement? statement)
    {
        if (!_known.TryGetValue(text, out var node))
        {
            statement = null;
            return false;
        }

        if (_recent.First != node)
        {
            _recent.Remove(node);
            _recent.AddFirst(node);
        }

        statement = node.Value.Statement;
        return true;
    }

    /// <summary>Keeps a statement.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="statement">The statement.</param>
    /// <returns>What must be closed at the server once it is done; null for nothing.</returns>
    public PreparedStatement? Add(string text, PreparedStatement statement)
    {
        if (capacity == 0 || text.Length > LongestText)
        {
            return statement;
        }

        _known.Add(text, _recent.AddFirst((text, statement)));
        if (_known.Count <= capacity)
        {
            return null;
        }

        var last = _recent.Last!;
        _recent.RemoveLast();
        _known.Remove(last.Value.Text);
        return last.Value.Statement;
    }

    /// <summary>Forgets everything; the server has.</summary>
    public void Clear()
    {
        _known.Clear();
        _recent.Clear();
    }
}
