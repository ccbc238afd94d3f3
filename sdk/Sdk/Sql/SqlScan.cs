namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>What a scan collects on its way: it is told each token and keeps parameters, statements and first words.</summary>
internal sealed class SqlScan(bool triggerBodies)
{
    private static readonly HashSet<string> Verbs = new(StringComparer.Ordinal)
    {
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "REPLACE",
        "MERGE",
        "VALUES",
        "TABLE",
    };

    private readonly List<SqlParameter> _parameters = [];
    private readonly List<string> _names = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _keywords = [];

    // The words the current statement begins with, up to the first token that is none.
    private List<string> _lead = [];
    private bool _leading;
    private bool _open;
    private int _depth;
    private Ending _ending;

    /// <summary>How close the body of a trigger is to its end, which is <c>; END ;</c>.</summary>
    private enum Ending
    {
        Far,
        Semicolon,
        End,
    }

    public IReadOnlyList<SqlParameter> Parameters => _parameters;

    public IReadOnlyList<string> Names => _names;

    public int StatementCount { get; private set; }

    public IReadOnlyList<string> Keywords => _keywords;

    public string Verb { get; private set; } = "";

    public void Parameter(string name, int position, int length)
    {
        Other();
        _parameters.Add(new SqlParameter(name, position, length));
        if (_known.Add(name))
        {
            _names.Add(name);
        }
    }

    public void Word(ReadOnlySpan<char> text)
    {
        Begin();
        var word = text.Length <= 32 ? text.ToString().ToUpperInvariant() : "";
        _ending = _ending == Ending.Semicolon && word is "END" ? Ending.End : Ending.Far;
        if (_leading)
        {
            _lead.Add(word);
            _leading = _lead.Count < 4;
            if (StatementCount == 1)
            {
                _keywords.Add(word);
            }
        }

        if (StatementCount == 1 && (Verb.Length == 0 || (Verb is "WITH" && _depth == 0 && Verbs.Contains(word))))
        {
            Verb = word;
        }
    }

    public void Symbol(char symbol)
    {
        Other();
        _depth += symbol switch
        {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
    }

    public void Other()
    {
        Begin();
        _ending = Ending.Far;
        _leading = false;
    }

    public void Semicolon()
    {
        if (_open && IsTrigger && _ending != Ending.End)
        {
            _ending = Ending.Semicolon;
            return;
        }

        _open = false;
    }

    private bool IsTrigger =>
        triggerBodies && _lead is (["CREATE", "TRIGGER", ..] or ["CREATE", "TEMP" or "TEMPORARY", "TRIGGER", ..]);

    private void Begin()
    {
        if (_open)
        {
            return;
        }

        (_open, _leading, _depth, _ending, _lead) = (true, true, 0, Ending.Far, []);
        StatementCount++;
    }
}
